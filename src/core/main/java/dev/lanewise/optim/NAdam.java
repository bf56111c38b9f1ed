package dev.lanewise.optim;

import static dev.lanewise.optim.UpdateRule.P;
import static dev.lanewise.optim.UpdateRule.average;
import static dev.lanewise.optim.UpdateRule.scalar;
import static dev.lanewise.optim.UpdateRule.slot;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.optim.UpdateRule.Slot;
import java.util.List;

/**
 * NAdam (Dozat, ICLR workshop 2016) as in PyTorch: Adam with Nesterov momentum, whose strength
 * rises as beta1 (1 - 0.96^(t momentumDecay) / 2).
 *
 * @param lr learning rate, at least 0
 * @param beta1 decay of the average gradient, in [0, 1)
 * @param beta2 decay of the average square, in [0, 1)
 * @param eps added to the root, above 0
 * @param weightDecay L2 weight decay: g + weightDecay p takes the place of g
 * @param momentumDecay how fast the momentum rises, at least 0
 */
public record NAdam(
    double lr, double beta1, double beta2, double eps, double weightDecay, double momentumDecay)
    implements Optimizer {

  /** Checks the values. */
  public NAdam {
    Check.atLeastZero("lr", lr);
    Check.decay("beta1", beta1);
    Check.decay("beta2", beta2);
    Check.positive("eps", eps);
    Check.atLeastZero("weight_decay", weightDecay);
    Check.atLeastZero("momentum_decay", momentumDecay);
  }

  /** {@return NAdam with PyTorch's defaults: learning rate 0.002} */
  public static NAdam of() {
    return of(2e-3);
  }

  /**
   * {@return NAdam with betas 0.9 and 0.999, eps 1e-8, no weight decay, momentum decay 0.004}
   *
   * @param lr learning rate, at least 0
   */
  public static NAdam of(double lr) {
    return new NAdam(lr, 0.9, 0.999, 1e-8, 0, 4e-3);
  }

  /**
   * {@return a copy with other {@link #beta1()} and {@link #beta2()}}
   *
   * @param first beta1, in [0, 1)
   * @param second beta2, in [0, 1)
   */
  public NAdam betas(double first, double second) {
    return new NAdam(lr, first, second, eps, weightDecay, momentumDecay);
  }

  /**
   * {@return a copy with another {@link #eps()}}
   *
   * @param value above 0
   */
  public NAdam eps(double value) {
    return new NAdam(lr, beta1, beta2, value, weightDecay, momentumDecay);
  }

  /**
   * {@return a copy with another {@link #weightDecay()}}
   *
   * @param value at least 0; 0 for none
   */
  public NAdam weightDecay(double value) {
    return new NAdam(lr, beta1, beta2, eps, value, momentumDecay);
  }

  /**
   * {@return a copy with another {@link #momentumDecay()}}
   *
   * @param value at least 0; 0 for a constant momentum of half of beta1
   */
  public NAdam momentumDecay(double value) {
    return new NAdam(lr, beta1, beta2, eps, weightDecay, value);
  }

  UpdateRule rule(Expr gradient) {
    Expr g = UpdateRule.decayed(gradient, weightDecay);
    Expr mean = average(slot(0), beta1, g);
    Expr square = average(slot(1), beta2, g.square());
    Expr direction = g.fma(scalar(0), mean.mul(scalar(1)));
    MomentumProduct product = new MomentumProduct();
    return new UpdateRule(
        P.sub(direction.div(square.sqrt().fma(scalar(2), eps))),
        List.of(new Slot("exp_avg", mean), new Slot("exp_avg_sq", square)),
        List.of(
            (t, rate, m) -> rate * (1 - momentum(t)) / (1 - product.upTo(t)),
            (t, rate, m) -> rate * momentum(t + 1) / (1 - product.upTo(t) * momentum(t + 1)),
            (t, rate, m) -> 1 / Math.sqrt(UpdateRule.correction(beta2, t))));
  }

  private double momentum(long t) {
    return beta1 * (1 - 0.5 * StrictMath.pow(0.96, t * momentumDecay));
  }

  /** momentum(1) * ... * momentum(t), remembered so that a step costs one factor. */
  private final class MomentumProduct {
    private long last;
    private double product = 1;

    double upTo(long t) {
      if (t < last) {
        last = 0;
        product = 1;
      }
      while (last < t) {
        last++;
        product *= momentum(last);
      }
      return product;
    }
  }
}
