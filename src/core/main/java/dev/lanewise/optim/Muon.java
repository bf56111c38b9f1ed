package dev.lanewise.optim;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.optim.TensorRule.TensorSlot;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;

/**
 * Muon (Jordan and others, 2024, kellerjordan.github.io/posts/muon) as in PyTorch: the momentum of
 * a matrix is replaced by the nearest matrix with orthonormal rows or columns, approximately, by
 * some steps of Newton-Schulz, {@code X <- a X + (b A + c A A) X} with {@code A = X X^T}. Computed
 * in the type of the parameters, where PyTorch uses bfloat16. Tensors of more than two axes are
 * matrices [first axis, all others]; vectors need another optimizer, see {@link ParameterGroup}.
 *
 * @param lr learning rate, at least 0
 * @param weightDecay decoupled weight decay, at least 0
 * @param momentum decay of the average gradient, in [0, 1)
 * @param nesterov whether to look ahead
 * @param nsSteps steps of Newton-Schulz, at least 1
 * @param adjustLr how the rate depends on the shape
 */
public record Muon(
    double lr, double weightDecay, double momentum, boolean nesterov, int nsSteps, Adjust adjustLr)
    implements Optimizer {
  private static final double A = 3.4445;
  private static final double B = -4.7750;
  private static final double C = 2.0315;

  /** Keeps the division by the norm finite. */
  private static final double EPS = 1e-7;

  private static final Expr AVERAGE =
      UpdateRule.average(Expr.input(0), Expr.param(0), Expr.input(1));
  private static final Expr SCALED = Expr.input(0).div(Expr.param(0));

  /** c0 x + c1 y. */
  private static final Expr COMBINED =
      Expr.input(0).fma(Expr.param(0), Expr.input(1).mul(Expr.param(1)));

  private static final Expr MOVED =
      UpdateRule.minus(
          UpdateRule.minus(Expr.input(0), Expr.input(0).mul(Expr.param(0)), Expr.param(1)),
          Expr.input(1),
          Expr.param(2));

  /** How the rate depends on the shape [rows, columns]. */
  public enum Adjust {
    /** Times sqrt(max(1, rows / columns)). */
    ORIGINAL,
    /** Times 0.2 sqrt(max(rows, columns)): steps as long as those of AdamW. */
    MATCH_RMS_ADAMW;

    double factor(double rows, double columns) {
      return this == ORIGINAL
          ? Math.sqrt(Math.max(1, rows / columns))
          : 0.2 * Math.sqrt(Math.max(rows, columns));
    }
  }

  /** Checks the values. */
  public Muon {
    Check.atLeastZero("lr", lr);
    Check.atLeastZero("weight_decay", weightDecay);
    Check.decay("momentum", momentum);
    Check.count("ns_steps", nsSteps, 1);
  }

  /** {@return Muon with PyTorch's defaults: learning rate 0.001} */
  public static Muon of() {
    return of(1e-3);
  }

  /**
   * {@return Muon with weight decay 0.1, momentum 0.95, Nesterov's form, 5 steps of Newton-Schulz}
   *
   * @param lr learning rate, at least 0
   */
  public static Muon of(double lr) {
    return new Muon(lr, 0.1, 0.95, true, 5, Adjust.ORIGINAL);
  }

  /**
   * {@return a copy with another {@link #weightDecay()}}
   *
   * @param value at least 0; 0 for none
   */
  public Muon weightDecay(double value) {
    return new Muon(lr, value, momentum, nesterov, nsSteps, adjustLr);
  }

  TensorRule rule() {
    return new TensorRule(Muon::slots, this::step, momentum);
  }

  private static List<TensorSlot> slots(Shape shape) {
    Check.require(
        shape.rank() >= 2,
        "muon",
        "a parameter of shape " + shape,
        "matrices only; vectors need a group with another optimizer");
    return List.of(new TensorSlot("momentum_buffer", shape));
  }

  private void step(TensorStep at) {
    Tensor g = at.gradient();
    Tensor buffer = at.slots().getFirst();
    at.map(buffer, AVERAGE, new double[] {1 - at.momentum()}, buffer, g);
    Tensor direction = nesterov ? at.map(AVERAGE, new double[] {at.momentum()}, g, buffer) : buffer;
    long rows = g.dim(0);
    long columns = g.size() / rows;
    Tensor update = orthogonal(at, direction.reshape(rows, columns));
    double rate = at.lr() * adjustLr.factor(rows, columns);
    double[] params = {at.lr(), weightDecay, rate};
    Tensor value = at.value().reshape(rows, columns);
    at.map(value, MOVED, params, value, update);
  }

  private Tensor orthogonal(TensorStep at, Tensor matrix) {
    boolean tall = matrix.dim(0) > matrix.dim(1);
    Tensor wide = tall ? matrix.transpose() : matrix;
    double[] norm = {Math.max(at.norm(matrix), EPS)};
    Tensor x = at.map(wide.shape(), SCALED, norm, wide);
    for (int i = 0; i < nsSteps; i++) {
      Tensor gram = at.product(x, x.transpose());
      double[] inner = {B, C};
      Tensor polynomial = at.map(gram.shape(), COMBINED, inner, gram, at.product(gram, gram));
      double[] outer = {A, 1};
      x = at.map(x.shape(), COMBINED, outer, x, at.product(polynomial, x));
    }
    return tall ? x.transpose() : x;
  }
}
