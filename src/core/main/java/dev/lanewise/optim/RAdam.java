package dev.lanewise.optim;

import static dev.lanewise.optim.UpdateRule.FRESH;
import static dev.lanewise.optim.UpdateRule.P;
import static dev.lanewise.optim.UpdateRule.average;
import static dev.lanewise.optim.UpdateRule.correction;
import static dev.lanewise.optim.UpdateRule.scalar;
import static dev.lanewise.optim.UpdateRule.slot;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.optim.UpdateRule.Slot;
import java.util.List;

/**
 * RAdam (Liu and others, arXiv:1908.03265) as in PyTorch: Adam that goes along the average gradient
 * itself while the variance of its denominator is not yet known, and is rectified afterwards.
 *
 * @param lr learning rate, at least 0
 * @param beta1 decay of the average gradient, in [0, 1)
 * @param beta2 decay of the average square, in [0, 1)
 * @param eps added to the root, above 0
 * @param weightDecay L2 weight decay: g + weightDecay p takes the place of g
 */
public record RAdam(double lr, double beta1, double beta2, double eps, double weightDecay)
    implements Optimizer {

  /** Below this length of the approximated average its variance is not known. */
  private static final double KNOWN = 5;

  /** Checks the values. */
  public RAdam {
    Check.atLeastZero("lr", lr);
    Check.decay("beta1", beta1);
    Check.decay("beta2", beta2);
    Check.positive("eps", eps);
    Check.atLeastZero("weight_decay", weightDecay);
  }

  /** {@return RAdam with PyTorch's defaults: learning rate 0.001} */
  public static RAdam of() {
    return of(1e-3);
  }

  /**
   * {@return RAdam with betas 0.9 and 0.999, eps 1e-8, no weight decay}
   *
   * @param lr learning rate, at least 0
   */
  public static RAdam of(double lr) {
    return new RAdam(lr, 0.9, 0.999, 1e-8, 0);
  }

  /**
   * {@return a copy with other {@link #beta1()} and {@link #beta2()}}
   *
   * @param first beta1, in [0, 1)
   * @param second beta2, in [0, 1)
   */
  public RAdam betas(double first, double second) {
    return new RAdam(lr, first, second, eps, weightDecay);
  }

  /**
   * {@return a copy with another {@link #eps()}}
   *
   * @param value above 0
   */
  public RAdam eps(double value) {
    return new RAdam(lr, beta1, beta2, value, weightDecay);
  }

  /**
   * {@return a copy with another {@link #weightDecay()}}
   *
   * @param value at least 0; 0 for none
   */
  public RAdam weightDecay(double value) {
    return new RAdam(lr, beta1, beta2, eps, value);
  }

  UpdateRule rule(Expr gradient) {
    Expr g = UpdateRule.decayed(gradient, weightDecay);
    Expr mean = average(slot(0), FRESH, g);
    Expr square = average(slot(1), beta2, g.square());
    // one of the two scalars is zero: the step is either plain or adaptive
    Expr factor = scalar(0).div(square.sqrt().add(eps)).add(scalar(1));
    return new UpdateRule(
        UpdateRule.minus(P, mean, factor),
        List.of(new Slot("exp_avg", mean), new Slot("exp_avg_sq", square)),
        List.of(
            (t, rate, momentum) -> rate / correction(momentum, t) * adaptive(t),
            (t, rate, momentum) -> length(t) > KNOWN ? 0 : rate / correction(momentum, t)),
        beta1);
  }

  /** The rectification times the bias correction of the root; 0 for a plain step. */
  private double adaptive(long t) {
    double now = length(t);
    if (now <= KNOWN) {
      return 0;
    }
    double end = finalLength();
    double rectification = Math.sqrt((now - 4) * (now - 2) * end / ((end - 4) * (end - 2) * now));
    return rectification * Math.sqrt(correction(beta2, t));
  }

  /** Length of the simple average that approximates the exponential one at step {@code t}. */
  private double length(long t) {
    return finalLength() - 2 * t * StrictMath.pow(beta2, t) / correction(beta2, t);
  }

  private double finalLength() {
    return 2 / (1 - beta2) - 1;
  }
}
