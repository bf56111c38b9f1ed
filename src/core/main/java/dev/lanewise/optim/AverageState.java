package dev.lanewise.optim;

import dev.lanewise.engine.Engine;
import dev.lanewise.internal.engine.CpuEngine;
import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.TensorStore;
import java.util.List;

/**
 * A {@link WeightAverage} of one set of parameters. Its {@link #values} are all that a checkpoint
 * has to keep: which step counts how much is a function of the step.
 */
public final class AverageState implements AutoCloseable {
  private static final Expr AVERAGE = Expr.input(0);
  private static final Expr VALUE = Expr.input(1);

  private final WeightAverage average;
  private final TensorStore parameters;
  private final TensorStore values;
  private final FlatMap move;
  private final FlatMap exchange;

  AverageState(WeightAverage average, Engine engine, Parameters parameters) {
    CpuEngine cpu = (CpuEngine) engine;
    this.average = average;
    this.parameters = parameters.values();
    values = this.parameters.like("average");
    move =
        new FlatMap(
            cpu,
            parameters.dtype(),
            List.of(UpdateRule.average(AVERAGE, Expr.param(0), VALUE)),
            List.of(FlatMap.Run.of(values, this.parameters, values)));
    exchange =
        new FlatMap(
            cpu,
            parameters.dtype(),
            List.of(VALUE, AVERAGE),
            List.of(FlatMap.Run.of(values, this.parameters, values, this.parameters)));
  }

  /**
   * {@return the average, of the names, shapes and dtype of the parameters; zeros while it is
   * empty}
   */
  public TensorStore values() {
    return values;
  }

  /**
   * Takes the parameters as they are now into account.
   *
   * @param steps steps done, at least 1
   */
  public void update(long steps) {
    double weight = average.weight(steps);
    if (weight == 1) {
      values.flat().copyFrom(parameters.flat());
    } else if (weight > 0) {
      move.run(weight);
    }
  }

  /**
   * {@return whether there is an average}
   *
   * @param steps steps done, at least 0
   */
  public boolean exists(long steps) {
    return steps >= average.from();
  }

  /** Exchanges the average and the parameters, to evaluate one in the place of the other. */
  public void exchange() {
    exchange.run();
  }

  @Override
  public void close() {
    values.close();
  }
}
