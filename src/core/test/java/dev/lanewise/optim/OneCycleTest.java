package dev.lanewise.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.KernelChoice;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.TensorStore;
import org.junit.jupiter.api.Test;

/** The momentum of a one-cycle schedule reaches the steps, as with PyTorch's OneCycleLR. */
final class OneCycleTest {
  private static final int STEPS = 12;
  private static final Schedule CYCLE =
      new Schedule.OneCycle(0.1, STEPS, 0.3, 25, 1e4, true, 0.85, 0.95);

  /** A rule for one number: the value after the step. */
  @FunctionalInterface
  private interface Rule {
    double step(double value, double gradient, int t, double rate, double momentum);
  }

  private static void check(Optimizer optimizer, Rule rule) {
    TensorStore store = TensorStore.builder(DType.F64).add("x", Shape.of(1)).build();
    try (var engine = Cases.engine(KernelChoice.SCALAR, 1);
        var parameters = new Parameters(store);
        var state = optimizer.schedule(CYCLE).start(engine, parameters)) {
      double expected = 2;
      parameters.values().get("x").setDouble(expected, 0);
      for (int t = 0; t < STEPS; t++) {
        double gradient = Math.cos(t) + 0.5;
        parameters.gradients().get("x").setDouble(gradient, 0);
        double momentum = CYCLE.momentum(0.5, t);
        assertThat(momentum).isBetween(0.85, 0.95);
        expected = rule.step(expected, gradient, t + 1, CYCLE.rate(0.3, t), momentum);
        state.step();
        assertThat(parameters.values().get("x").getDouble(0))
            .as("%s after step %d", optimizer, t + 1)
            .isCloseTo(expected, within(1e-12));
      }
    }
  }

  @Test
  void ofSgdIsItsMomentum() {
    double[] velocity = {0};
    check(
        Sgd.of(0.3).momentum(0.5),
        (value, gradient, t, rate, momentum) -> {
          velocity[0] = t == 1 ? gradient : momentum * velocity[0] + gradient;
          return value - rate * velocity[0];
        });
  }

  @Test
  void ofAdamIsItsFirstBeta() {
    double[] moments = {0, 0};
    check(
        Adam.of(0.3),
        (value, gradient, t, rate, momentum) -> {
          moments[0] = momentum * moments[0] + (1 - momentum) * gradient;
          moments[1] = 0.999 * moments[1] + 0.001 * gradient * gradient;
          double mean = moments[0] / (1 - Math.pow(momentum, t));
          double square = moments[1] / (1 - Math.pow(0.999, t));
          return value - rate * mean / (Math.sqrt(square) + 1e-8);
        });
  }
}
