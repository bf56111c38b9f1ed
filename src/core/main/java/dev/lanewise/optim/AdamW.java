package dev.lanewise.optim;

import static dev.lanewise.optim.UpdateRule.LR;
import static dev.lanewise.optim.UpdateRule.P;

import dev.lanewise.internal.kernel.Expr;

/**
 * Adam with decoupled weight decay (Loshchilov, Hutter, arXiv:1711.05101) as in PyTorch: p shrinks
 * by the factor 1 - lr weightDecay, then takes the step of {@link Adam}.
 *
 * @param lr learning rate, at least 0
 * @param beta1 decay of the average gradient, in [0, 1)
 * @param beta2 decay of the average square, in [0, 1)
 * @param eps added to the root, above 0
 * @param weightDecay decoupled weight decay, at least 0
 * @param amsgrad whether to divide by the largest average square so far
 */
public record AdamW(
    double lr, double beta1, double beta2, double eps, double weightDecay, boolean amsgrad)
    implements Optimizer {

  /** Checks the values. */
  public AdamW {
    Check.atLeastZero("lr", lr);
    Check.decay("beta1", beta1);
    Check.decay("beta2", beta2);
    Check.positive("eps", eps);
    Check.atLeastZero("weight_decay", weightDecay);
  }

  /** {@return AdamW with PyTorch's defaults: learning rate 0.001} */
  public static AdamW of() {
    return of(1e-3);
  }

  /**
   * {@return AdamW with betas 0.9 and 0.999, eps 1e-8, weight decay 0.01}
   *
   * @param lr learning rate, at least 0
   */
  public static AdamW of(double lr) {
    return new AdamW(lr, 0.9, 0.999, 1e-8, 1e-2, false);
  }

  /**
   * {@return a copy with other {@link #beta1()} and {@link #beta2()}}
   *
   * @param first beta1, in [0, 1)
   * @param second beta2, in [0, 1)
   */
  public AdamW betas(double first, double second) {
    return new AdamW(lr, first, second, eps, weightDecay, amsgrad);
  }

  /**
   * {@return a copy with another {@link #eps()}}
   *
   * @param value above 0
   */
  public AdamW eps(double value) {
    return new AdamW(lr, beta1, beta2, value, weightDecay, amsgrad);
  }

  /**
   * {@return a copy with another {@link #weightDecay()}}
   *
   * @param value at least 0; 0 for none
   */
  public AdamW weightDecay(double value) {
    return new AdamW(lr, beta1, beta2, eps, value, amsgrad);
  }

  /**
   * {@return a copy with another {@link #amsgrad()}}
   *
   * @param value whether the largest average square counts
   */
  public AdamW amsgrad(boolean value) {
    return new AdamW(lr, beta1, beta2, eps, weightDecay, value);
  }

  UpdateRule rule(Expr g) {
    // lr * weightDecay is small: subtracting it from 1 first would round most of it away
    Expr shrunk = weightDecay == 0 ? P : UpdateRule.minus(P, P.mul(LR), Expr.constant(weightDecay));
    return new Adam(lr, beta1, beta2, eps, 0, amsgrad).step(shrunk, g);
  }
}
