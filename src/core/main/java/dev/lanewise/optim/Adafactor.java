package dev.lanewise.optim;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.optim.TensorRule.TensorSlot;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;

/**
 * Adafactor (Shazeer, Stern, arXiv:1804.04235) as in PyTorch: the average square of a matrix is
 * kept as its row and column means, so that the state of [m, n] is m + n numbers. The step is
 * relative to the size of the tensor, min(lr, 1 / sqrt(t)) max(eps2, rms(p)), and limited to a root
 * mean square of d. Matrices are the last two axes.
 *
 * @param lr upper limit of the relative rate, at least 0
 * @param beta2Decay the weight of a new square is t^beta2Decay, at most 0
 * @param eps1 lower limit of the mean square of rows; its square is that of all estimates; above 0
 * @param eps2 lower limit of the tensor's root mean square, above 0
 * @param d largest root mean square of a step, above 0
 * @param weightDecay decoupled weight decay, at least 0
 */
public record Adafactor(
    double lr, double beta2Decay, double eps1, double eps2, double d, double weightDecay)
    implements Optimizer {
  private static final Expr SQUARE = Expr.input(0).square();

  /** past + weight (sum / count - past). */
  private static final Expr AVERAGE =
      UpdateRule.average(Expr.input(0), Expr.param(0), Expr.input(1).div(Expr.param(1)));

  /** g over the root of rows x columns / mean of the rows. */
  private static final Expr FACTORED =
      Expr.input(0)
          .div(
              Expr.input(1)
                  .mul(Expr.input(2))
                  .div(Expr.input(3).div(Expr.param(0)).max(Expr.param(1)))
                  .max(Expr.param(2))
                  .sqrt());

  private static final Expr WHOLE = Expr.input(0).div(Expr.input(1).max(Expr.param(0)).sqrt());

  /** p - lr weightDecay p - rate u. */
  private static final Expr MOVED =
      UpdateRule.minus(
          UpdateRule.minus(Expr.input(0), Expr.input(0).mul(Expr.param(0)), Expr.param(1)),
          Expr.input(1),
          Expr.param(2));

  /** Checks the values. */
  public Adafactor {
    Check.atLeastZero("lr", lr);
    Check.require(
        beta2Decay <= 0 && beta2Decay > -10, "beta2_decay", beta2Decay, "a number at most 0");
    // eps1 is squared
    Check.require(eps1 >= 1e-18 && eps1 < 1, "eps1", eps1, "a number from 1e-18 to below 1");
    Check.positive("eps2", eps2);
    Check.positive("d", d);
    Check.atLeastZero("weight_decay", weightDecay);
  }

  /** {@return Adafactor with PyTorch's defaults: learning rate 0.01} */
  public static Adafactor of() {
    return of(1e-2);
  }

  /**
   * {@return Adafactor with beta2Decay -0.8, eps1 2^-23, eps2 0.001, d 1, no weight decay}
   *
   * @param lr upper limit of the relative rate, at least 0
   */
  public static Adafactor of(double lr) {
    return new Adafactor(lr, -0.8, 0x1p-23, 1e-3, 1, 0);
  }

  /**
   * {@return a copy with another {@link #weightDecay()}}
   *
   * @param value at least 0; 0 for none
   */
  public Adafactor weightDecay(double value) {
    return new Adafactor(lr, beta2Decay, eps1, eps2, d, value);
  }

  TensorRule rule() {
    return new TensorRule(Adafactor::slots, this::step, Double.NaN);
  }

  private static List<TensorSlot> slots(Shape shape) {
    int rank = shape.rank();
    if (rank < 2) {
      return List.of(new TensorSlot("variance", shape));
    }
    Shape rows = shape.without(rank - 1).insert(rank - 1, 1);
    Shape columns = shape.without(rank - 2).insert(rank - 2, 1);
    return List.of(new TensorSlot("row_var", rows), new TensorSlot("col_var", columns));
  }

  private void step(TensorStep at) {
    double fresh = StrictMath.pow(at.t(), beta2Decay);
    double size = Math.sqrt(at.value().size());
    double relative = Math.min(at.lr(), 1 / Math.sqrt(at.t()));
    double rate = Math.max(eps2, at.norm(at.value()) / size) * relative;
    Tensor update = update(at, fresh);
    double limit = Math.max(1, at.norm(update) / (size * d));
    double[] params = {at.lr(), weightDecay, rate / limit};
    at.map(at.value(), MOVED, params, at.value(), update);
  }

  private Tensor update(TensorStep at, double fresh) {
    Tensor g = at.gradient();
    Tensor square = at.map(SQUARE, new double[0], g);
    if (at.slots().size() == 1) {
      Tensor variance = at.slots().getFirst();
      at.map(variance, AVERAGE, new double[] {fresh, 1}, variance, square);
      return at.map(WHOLE, new double[] {eps1 * eps1}, g, variance);
    }
    Tensor rows = at.slots().get(0);
    Tensor columns = at.slots().get(1);
    at.map(rows, AVERAGE, new double[] {fresh, g.dim(-1)}, rows, at.sum(square, -1));
    at.map(columns, AVERAGE, new double[] {fresh, g.dim(-2)}, columns, at.sum(square, -2));
    double[] params = {g.dim(-2), eps1, eps1 * eps1};
    return at.map(FACTORED, params, g, rows, columns, at.sum(rows, -2));
  }
}
