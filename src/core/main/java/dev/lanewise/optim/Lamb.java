package dev.lanewise.optim;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.optim.TensorRule.TensorSlot;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;

/**
 * LAMB (You and others, arXiv:1904.00962), for large batches: each tensor takes the step r of
 * {@link AdamW} (decay included), scaled so that its length is lr times that of the tensor: {@code
 * p - lr |p| / |r| r}. Where one of the norms is zero the factor is 1.
 *
 * @param lr learning rate, at least 0
 * @param beta1 decay of the average gradient, in [0, 1)
 * @param beta2 decay of the average square, in [0, 1)
 * @param eps added to the root, above 0
 * @param weightDecay added to the step as weightDecay p, at least 0
 */
public record Lamb(double lr, double beta1, double beta2, double eps, double weightDecay)
    implements Optimizer {
  private static final Expr MEAN = UpdateRule.average(Expr.input(0), Expr.param(0), Expr.input(1));
  private static final Expr SQUARE =
      UpdateRule.average(Expr.input(0), Expr.param(0), Expr.input(1).square());

  /** m c0 / (sqrt(v) c1 + c2) + c3 p. */
  private static final Expr DIRECTION =
      Expr.input(2)
          .fma(
              Expr.param(3),
              Expr.input(0)
                  .mul(Expr.param(0))
                  .div(Expr.input(1).sqrt().fma(Expr.param(1), Expr.param(2))));

  private static final Expr MOVED = UpdateRule.minus(Expr.input(0), Expr.input(1), Expr.param(0));

  /** Checks the values. */
  public Lamb {
    Check.atLeastZero("lr", lr);
    Check.decay("beta1", beta1);
    Check.decay("beta2", beta2);
    Check.positive("eps", eps);
    Check.atLeastZero("weight_decay", weightDecay);
  }

  /** {@return LAMB with learning rate 0.001} */
  public static Lamb of() {
    return of(1e-3);
  }

  /**
   * {@return LAMB with the paper's betas 0.9 and 0.999, eps 1e-6, weight decay 0.01}
   *
   * @param lr learning rate, at least 0
   */
  public static Lamb of(double lr) {
    return new Lamb(lr, 0.9, 0.999, 1e-6, 1e-2);
  }

  /**
   * {@return a copy with another {@link #weightDecay()}}
   *
   * @param value at least 0; 0 for none
   */
  public Lamb weightDecay(double value) {
    return new Lamb(lr, beta1, beta2, eps, value);
  }

  TensorRule rule() {
    return new TensorRule(Lamb::slots, this::step, beta1);
  }

  private static List<TensorSlot> slots(Shape shape) {
    return List.of(new TensorSlot("exp_avg", shape), new TensorSlot("exp_avg_sq", shape));
  }

  private void step(TensorStep at) {
    Tensor mean = at.slots().get(0);
    Tensor square = at.slots().get(1);
    at.map(mean, MEAN, new double[] {1 - at.momentum()}, mean, at.gradient());
    at.map(square, SQUARE, new double[] {1 - beta2}, square, at.gradient());
    double[] corrections = {
      1 / UpdateRule.correction(at.momentum(), at.t()),
      1 / Math.sqrt(UpdateRule.correction(beta2, at.t())),
      eps,
      weightDecay
    };
    Tensor direction = at.map(DIRECTION, corrections, mean, square, at.value());
    double length = at.norm(at.value());
    double step = at.norm(direction);
    double trust = length > 0 && step > 0 ? length / step : 1;
    at.map(at.value(), MOVED, new double[] {at.lr() * trust}, at.value(), direction);
  }
}
