package dev.lanewise.optim;

import dev.lanewise.internal.engine.CpuEngine;
import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.kernel.Reduction;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.TensorStore;
import java.util.List;
import java.util.function.DoubleSupplier;

/** {@link Sam} at work. */
final class SamProcedure implements Procedure {

  /** Keeps the division by the norm finite. */
  private static final double EPS = 1e-12;

  private static final Expr P = Expr.input(0);
  private static final Expr G = Expr.input(1);

  private final Sam settings;
  private final TensorStore values;
  private final TensorStore before;
  private final FlatMap climb;
  private final FlatReduce reduce;
  private final Expr squares;
  private final Runnable update;
  private final long[] at;

  /** With {@code update} as the step of the base optimizer. */
  SamProcedure(Sam settings, CpuEngine engine, Parameters parameters, Runnable update) {
    this.settings = settings;
    this.update = update;
    values = parameters.values();
    before = values.like("values before the step");
    Expr direction = settings.adaptive() ? P.square().mul(G) : G;
    squares = settings.adaptive() ? P.mul(G).square() : G.square();
    climb =
        new FlatMap(
            engine,
            values.dtype(),
            List.of(direction.fma(Expr.param(0), P)),
            List.of(FlatMap.Run.of(values, parameters.gradients(), values)));
    reduce = new FlatReduce(engine, values);
    at = FlatMap.Run.of(values, parameters.gradients()).at();
  }

  @Override
  public void step(double loss, DoubleSupplier again) {
    before.flat().copyFrom(values.flat());
    double norm = Math.sqrt(reduce.of(Reduction.SUM, squares, at));
    climb.run(settings.rho() / (norm + EPS));
    try {
      double _ = again.getAsDouble(); // for its gradients
    } finally {
      values.flat().copyFrom(before.flat());
    }
    update.run();
  }

  @Override
  public void close() {
    reduce.close();
    before.close();
  }
}
