package dev.lanewise.optim;

import static dev.lanewise.optim.UpdateRule.FRESH;
import static dev.lanewise.optim.UpdateRule.LR;
import static dev.lanewise.optim.UpdateRule.P;
import static dev.lanewise.optim.UpdateRule.average;
import static dev.lanewise.optim.UpdateRule.slot;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.optim.UpdateRule.Slot;
import java.util.List;

/**
 * Lion (Chen and others, arXiv:2302.06675): steps of the same size for all elements, along the sign
 * of an average gradient, with decoupled weight decay.
 *
 * @param lr learning rate, at least 0; about a tenth of what Adam likes
 * @param beta1 share of the average in the direction, in [0, 1)
 * @param beta2 decay of the average gradient, in [0, 1)
 * @param weightDecay decoupled weight decay: p shrinks by the factor 1 - lr weightDecay
 */
public record Lion(double lr, double beta1, double beta2, double weightDecay) implements Optimizer {

  /** Checks the values. */
  public Lion {
    Check.atLeastZero("lr", lr);
    Check.decay("beta1", beta1);
    Check.decay("beta2", beta2);
    Check.atLeastZero("weight_decay", weightDecay);
  }

  /** {@return Lion with the paper's defaults: learning rate 0.0001} */
  public static Lion of() {
    return of(1e-4);
  }

  /**
   * {@return Lion with betas 0.9 and 0.99, no weight decay}
   *
   * @param lr learning rate, at least 0
   */
  public static Lion of(double lr) {
    return new Lion(lr, 0.9, 0.99, 0);
  }

  /**
   * {@return a copy with other {@link #beta1()} and {@link #beta2()}}
   *
   * @param first beta1, in [0, 1)
   * @param second beta2, in [0, 1)
   */
  public Lion betas(double first, double second) {
    return new Lion(lr, first, second, weightDecay);
  }

  /**
   * {@return a copy with another {@link #weightDecay()}}
   *
   * @param value at least 0; 0 for none
   */
  public Lion weightDecay(double value) {
    return new Lion(lr, beta1, beta2, value);
  }

  UpdateRule rule(Expr g) {
    Expr past = slot(0);
    Expr sign = Expr.signOf(average(past, FRESH, g));
    Expr direction = weightDecay == 0 ? sign : P.fma(Expr.constant(weightDecay), sign);
    return new UpdateRule(
        UpdateRule.minus(P, direction, LR),
        List.of(new Slot("exp_avg", average(past, beta2, g))),
        List.of(),
        beta1);
  }
}
