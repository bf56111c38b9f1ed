package dev.lanewise.optim;

import dev.lanewise.internal.engine.CpuEngine;
import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.kernel.Functions;
import dev.lanewise.internal.kernel.Reduction;
import dev.lanewise.tensor.TensorStore;
import org.jspecify.annotations.Nullable;

/** The norm of all gradients together. */
final class GradientNorm implements AutoCloseable {
  private static final Expr MAGNITUDE = Expr.input(0).abs();
  private static final Expr SCALED = Expr.input(0).mul(Expr.param(0));
  private static final double[] NONE = {};
  private static final double[] UNSCALED = {1};

  private final FlatReduce reduce;
  private final double type;
  private final Expr power;

  /** The norm that {@code clipping} limits; Euclidean if it limits none. */
  GradientNorm(CpuEngine engine, TensorStore gradients, @Nullable Clipping clipping) {
    reduce = new FlatReduce(engine, gradients);
    type = clipping instanceof Clipping.ClipNorm(double _, double given) ? given : 2;
    power = type == 2 ? SCALED.square() : Functions.POW.of(SCALED.abs(), Expr.constant(type));
  }

  /** The norm of what the gradients are now; not finite exactly if one of them is not. */
  double measure() {
    if (Double.isInfinite(type)) {
      return reduce.of(Reduction.MAX, MAGNITUDE, NONE);
    }
    double sum = reduce.of(Reduction.SUM, power, UNSCALED);
    if (Double.isFinite(sum)) {
      return root(sum);
    }
    double max = reduce.of(Reduction.MAX, MAGNITUDE, NONE);
    return Double.isFinite(max) ? max * root(reduce.of(Reduction.SUM, power, 1 / max)) : max;
  }

  private double root(double sum) {
    return type == 2 ? Math.sqrt(sum) : StrictMath.pow(sum, 1 / type);
  }

  @Override
  public void close() {
    reduce.close();
  }
}
