package dev.lanewise.optim;

import dev.lanewise.engine.Engine;
import dev.lanewise.internal.engine.CpuEngine;
import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.TensorStore;
import java.util.List;

/**
 * Gradients of several batches as those of one: {@code sum_j n_j g_j / sum_j n_j}, for gradients
 * g_j of the mean over n_j samples, added up in order, one fma each. With a loss that is a mean
 * over samples this is the gradient of all batches together.
 */
public final class GradientSum implements AutoCloseable {
  private static final Expr GRADIENT = Expr.input(0);
  private static final Expr SUM = Expr.input(1);
  private static final Expr SAMPLES = Expr.param(0);

  private final TensorStore sum;
  private final FlatMap first;
  private final FlatMap more;
  private final FlatMap mean;
  private long samples;

  private GradientSum(CpuEngine engine, Parameters parameters) {
    TensorStore gradients = parameters.gradients();
    sum = gradients.like("sum of gradients");
    first =
        new FlatMap(
            engine,
            parameters.dtype(),
            List.of(GRADIENT.mul(SAMPLES)),
            List.of(FlatMap.Run.of(gradients, sum)));
    more =
        new FlatMap(
            engine,
            parameters.dtype(),
            List.of(GRADIENT.fma(SAMPLES, SUM)),
            List.of(FlatMap.Run.of(gradients, sum, sum)));
    mean =
        new FlatMap(
            engine,
            parameters.dtype(),
            List.of(GRADIENT.div(SAMPLES)),
            List.of(FlatMap.Run.of(sum, gradients)));
  }

  /**
   * Allocates an empty sum.
   *
   * @param engine what computes
   * @param parameters F32 or F64, whose gradients are added up; they must outlive the sum
   * @return the sum, to be closed
   * @throws dev.lanewise.tensor.OffHeapBudgetException if the budget does not allow another set of
   *     gradients
   */
  public static GradientSum of(Engine engine, Parameters parameters) {
    return new GradientSum((CpuEngine) engine, parameters);
  }

  /**
   * Adds the gradients as they are now, of the mean over {@code count} samples.
   *
   * @param count n_j, at least 1
   */
  public void add(long count) {
    (samples == 0 ? first : more).run(count);
    samples += count;
  }

  /**
   * Puts the mean in the place of the gradients and empties the sum.
   *
   * @throws IllegalStateException if nothing was added
   */
  public void finish() {
    if (samples == 0) {
      throw new IllegalStateException("gradient sum: finish() without an add(samples) before it");
    }
    mean.run(samples);
    samples = 0;
  }

  @Override
  public void close() {
    sum.close();
  }
}
