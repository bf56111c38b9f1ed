package dev.lanewise.optim;

import static dev.lanewise.optim.UpdateRule.FRESH;
import static dev.lanewise.optim.UpdateRule.P;
import static dev.lanewise.optim.UpdateRule.average;
import static dev.lanewise.optim.UpdateRule.slot;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.optim.UpdateRule.Slot;
import java.util.List;

/**
 * Adamax (Kingma, Ba, arXiv:1412.6980, section 7): Adam with the exponentially weighted largest
 * gradient in place of the root of the average square. As in PyTorch, eps is added to each gradient
 * as it enters the maximum.
 *
 * @param lr learning rate, at least 0
 * @param beta1 decay of the average gradient, in [0, 1)
 * @param beta2 decay of the maximum, in [0, 1)
 * @param eps added to the absolute gradient, above 0
 * @param weightDecay L2 weight decay: g + weightDecay p takes the place of g
 */
public record Adamax(double lr, double beta1, double beta2, double eps, double weightDecay)
    implements Optimizer {

  /** Checks the values. */
  public Adamax {
    Check.atLeastZero("lr", lr);
    Check.decay("beta1", beta1);
    Check.decay("beta2", beta2);
    Check.positive("eps", eps);
    Check.atLeastZero("weight_decay", weightDecay);
  }

  /** {@return Adamax with PyTorch's defaults: learning rate 0.002} */
  public static Adamax of() {
    return of(2e-3);
  }

  /**
   * {@return Adamax with betas 0.9 and 0.999, eps 1e-8, no weight decay}
   *
   * @param lr learning rate, at least 0
   */
  public static Adamax of(double lr) {
    return new Adamax(lr, 0.9, 0.999, 1e-8, 0);
  }

  /**
   * {@return a copy with other {@link #beta1()} and {@link #beta2()}}
   *
   * @param first beta1, in [0, 1)
   * @param second beta2, in [0, 1)
   */
  public Adamax betas(double first, double second) {
    return new Adamax(lr, first, second, eps, weightDecay);
  }

  /**
   * {@return a copy with another {@link #eps()}}
   *
   * @param value above 0
   */
  public Adamax eps(double value) {
    return new Adamax(lr, beta1, beta2, value, weightDecay);
  }

  /**
   * {@return a copy with another {@link #weightDecay()}}
   *
   * @param value at least 0; 0 for none
   */
  public Adamax weightDecay(double value) {
    return new Adamax(lr, beta1, beta2, eps, value);
  }

  UpdateRule rule(Expr gradient) {
    Expr g = UpdateRule.decayed(gradient, weightDecay);
    Expr mean = average(slot(0), FRESH, g);
    // the maximum without its eps, so that a parameter without gradients keeps zeros
    Expr largest = slot(1).mul(beta2).sub(eps * (1 - beta2)).max(g.abs());
    return new UpdateRule(
        UpdateRule.minus(P, mean.div(largest.add(eps)), UpdateRule.scalar(0)),
        List.of(new Slot("exp_avg", mean), new Slot("exp_inf", largest)),
        List.of((t, rate, momentum) -> rate / UpdateRule.correction(momentum, t)),
        beta1);
  }
}
