package dev.lanewise.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.Engine;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Parameters;
import org.junit.jupiter.api.Test;

class WeightAverageTest {
  private static final int STEPS = 9;

  /** One element of the average after each step, while the parameters change. */
  private static double[] run(WeightAverage average, double[] values) {
    double[] seen = new double[STEPS];
    try (Parameters parameters = Cases.parameters(DType.F64);
        AverageState state = average.start(Engine.shared(), parameters)) {
      for (int t = 1; t <= STEPS; t++) {
        Cases.randomize(parameters.values(), t, 1);
        values[t - 1] = parameters.values().get("w").getDouble(300, 298);
        state.update(t);
        seen[t - 1] = state.values().get("w").getDouble(300, 298);
        assertThat(state.exists(t)).isEqualTo(t >= average.from());
        assertThat(Cases.padding(state.values())).isZero();
      }
      double[] before = parameters.values().flat().toDoubles();
      double[] averages = state.values().flat().toDoubles();
      state.exchange();
      assertThat(parameters.values().flat().toDoubles()).isEqualTo(averages);
      assertThat(state.values().flat().toDoubles()).isEqualTo(before);
    }
    return seen;
  }

  @Test
  void exponential() {
    double[] values = new double[STEPS];
    double[] seen = run(WeightAverage.ema(0.75), values);
    double expected = values[0];
    for (int t = 0; t < STEPS; t++) {
      expected = t == 0 ? values[0] : 0.75 * expected + 0.25 * values[t];
      assertThat(seen[t]).isCloseTo(expected, within(1e-14));
    }
  }

  @Test
  void stochastic() {
    double[] values = new double[STEPS];
    double[] seen = run(WeightAverage.swa(3, 2), values);
    assertThat(seen[1]).isZero();
    assertThat(seen[2]).isEqualTo(values[2]);
    assertThat(seen[3]).isEqualTo(values[2]);
    assertThat(seen[7]).isCloseTo((values[2] + values[4] + values[6]) / 3, within(1e-14));
    assertThat(seen[8])
        .isCloseTo((values[2] + values[4] + values[6] + values[8]) / 4, within(1e-14));
  }
}
