package dev.lanewise.optim;

import static dev.lanewise.optim.UpdateRule.LR;
import static dev.lanewise.optim.UpdateRule.P;
import static dev.lanewise.optim.UpdateRule.average;
import static dev.lanewise.optim.UpdateRule.slot;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.optim.UpdateRule.Slot;
import java.util.List;

/**
 * Adadelta (Zeiler, arXiv:1212.5701) as in PyTorch: steps in the units of past steps.
 *
 * @param lr learning rate, at least 0
 * @param rho decay of the averages, in [0, 1)
 * @param eps added under both roots, above 0
 * @param weightDecay L2 weight decay: g + weightDecay p takes the place of g
 */
public record Adadelta(double lr, double rho, double eps, double weightDecay) implements Optimizer {

  /** Checks the values. */
  public Adadelta {
    Check.atLeastZero("lr", lr);
    Check.decay("rho", rho);
    Check.positive("eps", eps);
    Check.atLeastZero("weight_decay", weightDecay);
  }

  /** {@return Adadelta with PyTorch's defaults: learning rate 1} */
  public static Adadelta of() {
    return of(1);
  }

  /**
   * {@return Adadelta with rho 0.9, eps 1e-6 and no weight decay}
   *
   * @param lr learning rate, at least 0
   */
  public static Adadelta of(double lr) {
    return new Adadelta(lr, 0.9, 1e-6, 0);
  }

  /**
   * {@return a copy with another {@link #rho()}}
   *
   * @param value in [0, 1)
   */
  public Adadelta rho(double value) {
    return new Adadelta(lr, value, eps, weightDecay);
  }

  /**
   * {@return a copy with another {@link #eps()}}
   *
   * @param value above 0
   */
  public Adadelta eps(double value) {
    return new Adadelta(lr, rho, value, weightDecay);
  }

  /**
   * {@return a copy with another {@link #weightDecay()}}
   *
   * @param value at least 0; 0 for none
   */
  public Adadelta weightDecay(double value) {
    return new Adadelta(lr, rho, eps, value);
  }

  UpdateRule rule(Expr gradient) {
    Expr g = UpdateRule.decayed(gradient, weightDecay);
    Expr square = average(slot(0), rho, g.square());
    Expr pastDelta = slot(1);
    Expr delta = pastDelta.add(eps).sqrt().div(square.add(eps).sqrt()).mul(g);
    return new UpdateRule(
        UpdateRule.minus(P, delta, LR),
        List.of(
            new Slot("square_avg", square),
            new Slot("acc_delta", average(pastDelta, rho, delta.square()))),
        List.of());
  }
}
