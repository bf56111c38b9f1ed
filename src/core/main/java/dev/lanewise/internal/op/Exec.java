package dev.lanewise.internal.op;

import dev.lanewise.internal.concurrent.Parallel;
import dev.lanewise.internal.engine.CpuEngine;
import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.kernel.Kernels;
import dev.lanewise.internal.kernel.Reduction;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;

/**
 * What an op computes with: the engine's kernels and threads, and the scope for what it needs in
 * between.
 *
 * @param kernels the kernels
 * @param parallel the threads
 * @param scope where temporaries live
 */
public record Exec(Kernels kernels, Parallel parallel, Scope scope) {

  /** Elements per task: large enough to hide the fork, small enough to share. */
  static final int GRAIN = 1 << 15;

  /** Elements that one row is cut between: whole vectors and lines of the cache. */
  private static final int LINE = 64;

  /**
   * The length of the pieces that {@code length} things of {@code each} elements are cut into:
   * about {@link #GRAIN} elements, and an even number of pieces, so that two threads end together.
   */
  static long piece(long length, long each) {
    long pieces = (length * each + GRAIN - 1) / GRAIN;
    if (pieces <= 1) {
      return Math.max(1, length);
    }
    long even = pieces + pieces % 2;
    return (length + even - 1) / even;
  }

  /** As {@link #piece}, where each piece but the last is whole lines of {@link #LINE}. */
  public static long strip(long length, long each) {
    return piece((length + LINE - 1) / LINE, LINE * each) * LINE;
  }

  /** Temporaries of {@code engine} live in {@code scope}. */
  public static Exec of(CpuEngine engine, Scope scope) {
    return new Exec(engine.kernelSet(), engine.parallel(), scope);
  }

  /** A tensor with undefined contents. */
  public Tensor allocate(DType dtype, Shape shape) {
    return scope.allocate(dtype, shape);
  }

  /** Address of scratch lanes for {@code tasks} reductions at once. */
  long lanes(int tasks) {
    return allocate(DType.U8, Shape.of((long) tasks * Reduction.LANES_BYTES)).address();
  }

  /** {@code t}, or a contiguous copy of it. */
  public Tensor contiguous(Tensor t) {
    return t.isContiguous() ? t : allocate(t.dtype(), t.shape()).copyFrom(t);
  }

  /** {@code out[...] = expression(in...[...])}, inputs broadcast to the shape of {@code out}. */
  public void map(Expr expression, double[] params, Tensor[] in, Tensor out) {
    new ElementwiseNest(this, in, out.shape()).run(List.of(expression), params, out);
  }
}
