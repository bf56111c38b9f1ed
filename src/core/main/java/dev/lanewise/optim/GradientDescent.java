package dev.lanewise.optim;

import static dev.lanewise.optim.UpdateRule.LR;
import static dev.lanewise.optim.UpdateRule.P;

import dev.lanewise.internal.kernel.Expr;
import java.util.List;

/**
 * Gradient descent (Cauchy, 1847): p - lr g. Meant for gradients of the full batch; it keeps no
 * state.
 *
 * @param lr learning rate, at least 0
 */
public record GradientDescent(double lr) implements Optimizer {

  /** Checks the values. */
  public GradientDescent {
    Check.atLeastZero("lr", lr);
  }

  /**
   * {@return gradient descent}
   *
   * @param lr learning rate, at least 0
   */
  public static GradientDescent of(double lr) {
    return new GradientDescent(lr);
  }

  UpdateRule rule(Expr g) {
    return new UpdateRule(UpdateRule.minus(P, g, LR), List.of(), List.of());
  }
}
