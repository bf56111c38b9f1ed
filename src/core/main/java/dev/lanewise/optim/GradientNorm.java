package dev.lanewise.optim;

import dev.lanewise.internal.engine.CpuEngine;
import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.kernel.Reduction;
import dev.lanewise.tensor.TensorStore;
import org.jspecify.annotations.Nullable;

/** The norm of all gradients together. */
final class GradientNorm implements AutoCloseable {
  private static final Expr MAGNITUDE = Expr.input(0).abs();
  private static final Expr SQUARE = Expr.input(0).mul(Expr.param(0)).square();
  private static final double[] NONE = {};
  private static final double[] UNSCALED = {1};

  private final FlatReduce reduce;
  private final boolean largest;

  /** The norm that {@code clipping} limits; Euclidean if it limits none. */
  GradientNorm(CpuEngine engine, TensorStore gradients, @Nullable Clipping clipping) {
    reduce = new FlatReduce(engine, gradients);
    largest =
        clipping instanceof Clipping.ClipNorm(double _, double type) && Double.isInfinite(type);
  }

  /** The norm of what the gradients are now; not finite exactly if one of them is not. */
  double measure() {
    if (largest) {
      return reduce.of(Reduction.MAX, MAGNITUDE, NONE);
    }
    double squares = reduce.of(Reduction.SUM, SQUARE, UNSCALED);
    if (Double.isFinite(squares)) {
      return Math.sqrt(squares);
    }
    double max = reduce.of(Reduction.MAX, MAGNITUDE, NONE);
    return Double.isFinite(max) ? max * Math.sqrt(reduce.of(Reduction.SUM, SQUARE, 1 / max)) : max;
  }

  @Override
  public void close() {
    reduce.close();
  }
}
