package dev.lanewise.optim;

import static dev.lanewise.optim.UpdateRule.P;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.optim.UpdateRule.Slot;
import java.util.List;

/**
 * Adagrad (Duchi, Hazan, Singer, JMLR 12, 2011) as in PyTorch: the gradient over the root of the
 * sum of its squares, with learning rate lr / (1 + step lrDecay).
 *
 * @param lr learning rate, at least 0
 * @param lrDecay how fast the learning rate falls, at least 0
 * @param weightDecay L2 weight decay: g + weightDecay p takes the place of g
 * @param initialAccumulatorValue what the sums start from, at least 0
 * @param eps added to the root, above 0
 */
public record Adagrad(
    double lr, double lrDecay, double weightDecay, double initialAccumulatorValue, double eps)
    implements Optimizer {

  /** Checks the values. */
  public Adagrad {
    Check.atLeastZero("lr", lr);
    Check.atLeastZero("lr_decay", lrDecay);
    Check.atLeastZero("weight_decay", weightDecay);
    Check.atLeastZero("initial_accumulator_value", initialAccumulatorValue);
    Check.positive("eps", eps);
  }

  /** {@return Adagrad with PyTorch's defaults: learning rate 0.01} */
  public static Adagrad of() {
    return of(1e-2);
  }

  /**
   * {@return Adagrad with eps 1e-10 and zeros otherwise}
   *
   * @param lr learning rate, at least 0
   */
  public static Adagrad of(double lr) {
    return new Adagrad(lr, 0, 0, 0, 1e-10);
  }

  /**
   * {@return a copy with another {@link #lrDecay()}}
   *
   * @param value at least 0; 0 for none
   */
  public Adagrad lrDecay(double value) {
    return new Adagrad(lr, value, weightDecay, initialAccumulatorValue, eps);
  }

  /**
   * {@return a copy with another {@link #weightDecay()}}
   *
   * @param value at least 0; 0 for none
   */
  public Adagrad weightDecay(double value) {
    return new Adagrad(lr, lrDecay, value, initialAccumulatorValue, eps);
  }

  /**
   * {@return a copy with another {@link #initialAccumulatorValue()}}
   *
   * @param value at least 0
   */
  public Adagrad initialAccumulatorValue(double value) {
    return new Adagrad(lr, lrDecay, weightDecay, value, eps);
  }

  /**
   * {@return a copy with another {@link #eps()}}
   *
   * @param value above 0
   */
  public Adagrad eps(double value) {
    return new Adagrad(lr, lrDecay, weightDecay, initialAccumulatorValue, value);
  }

  UpdateRule rule(Expr gradient) {
    Expr g = UpdateRule.decayed(gradient, weightDecay);
    Expr sum = g.fma(g, UpdateRule.slot(0));
    return new UpdateRule(
        UpdateRule.minus(P, g.div(sum.sqrt().add(eps)), UpdateRule.scalar(0)),
        List.of(new Slot("sum", initialAccumulatorValue, sum)),
        List.of((t, rate, m) -> rate / (1 + (t - 1) * lrDecay)));
  }
}
