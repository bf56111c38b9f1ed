package dev.lanewise.optim;

import static dev.lanewise.optim.UpdateRule.FRESH;
import static dev.lanewise.optim.UpdateRule.P;
import static dev.lanewise.optim.UpdateRule.average;
import static dev.lanewise.optim.UpdateRule.scalar;
import static dev.lanewise.optim.UpdateRule.slot;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.optim.UpdateRule.Slot;
import java.util.ArrayList;
import java.util.List;

/**
 * Adam (Kingma, Ba, arXiv:1412.6980) as in PyTorch: the bias-corrected average gradient over the
 * root of the bias-corrected average of its square.
 *
 * @param lr learning rate, at least 0
 * @param beta1 decay of the average gradient, in [0, 1)
 * @param beta2 decay of the average square, in [0, 1)
 * @param eps added to the root, above 0
 * @param weightDecay L2 weight decay: g + weightDecay p takes the place of g; for decoupled decay
 *     see {@link AdamW}
 * @param amsgrad whether to divide by the largest average square so far (Reddi and others,
 *     arXiv:1904.09237)
 */
public record Adam(
    double lr, double beta1, double beta2, double eps, double weightDecay, boolean amsgrad)
    implements Optimizer {

  /** Checks the values. */
  public Adam {
    Check.atLeastZero("lr", lr);
    Check.decay("beta1", beta1);
    Check.decay("beta2", beta2);
    Check.positive("eps", eps);
    Check.atLeastZero("weight_decay", weightDecay);
  }

  /** {@return Adam with PyTorch's defaults: learning rate 0.001} */
  public static Adam of() {
    return of(1e-3);
  }

  /**
   * {@return Adam with betas 0.9 and 0.999, eps 1e-8, no weight decay}
   *
   * @param lr learning rate, at least 0
   */
  public static Adam of(double lr) {
    return new Adam(lr, 0.9, 0.999, 1e-8, 0, false);
  }

  /**
   * {@return a copy with other {@link #beta1()} and {@link #beta2()}}
   *
   * @param first beta1, in [0, 1)
   * @param second beta2, in [0, 1)
   */
  public Adam betas(double first, double second) {
    return new Adam(lr, first, second, eps, weightDecay, amsgrad);
  }

  /**
   * {@return a copy with another {@link #eps()}}
   *
   * @param value above 0
   */
  public Adam eps(double value) {
    return new Adam(lr, beta1, beta2, value, weightDecay, amsgrad);
  }

  /**
   * {@return a copy with another {@link #weightDecay()}}
   *
   * @param value at least 0; 0 for none
   */
  public Adam weightDecay(double value) {
    return new Adam(lr, beta1, beta2, eps, value, amsgrad);
  }

  /**
   * {@return a copy with another {@link #amsgrad()}}
   *
   * @param value whether the largest average square counts
   */
  public Adam amsgrad(boolean value) {
    return new Adam(lr, beta1, beta2, eps, weightDecay, value);
  }

  UpdateRule rule(Expr gradient) {
    return step(P, UpdateRule.decayed(gradient, weightDecay));
  }

  /** The step from {@code p} along {@code g}. */
  UpdateRule step(Expr p, Expr g) {
    List<Slot> slots = new ArrayList<>();
    Expr mean = average(slot(0), FRESH, g);
    slots.add(new Slot("exp_avg", mean));
    Expr square = average(slot(1), beta2, g.square());
    slots.add(new Slot("exp_avg_sq", square));
    Expr spread = square;
    if (amsgrad) {
      spread = slot(2).max(square);
      slots.add(new Slot("max_exp_avg_sq", spread));
    }
    Expr denominator = spread.sqrt().fma(scalar(1), eps);
    return new UpdateRule(
        UpdateRule.minus(p, mean.div(denominator), scalar(0)),
        slots,
        List.of(
            (t, rate, momentum) -> rate / UpdateRule.correction(momentum, t),
            (t, rate, momentum) -> 1 / Math.sqrt(UpdateRule.correction(beta2, t))),
        beta1);
  }
}
