package dev.lanewise.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.Engine;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.TensorStore;
import org.junit.jupiter.api.Test;

final class RegularizerTest {

  private static Parameters parameters(double... data) {
    var store = TensorStore.builder(DType.F64).add("x", Shape.of(data.length)).build();
    store.get("x").copyFrom(data);
    return new Parameters(store);
  }

  @Test
  void penaltiesAreThoseOfKeras() {
    try (var p = parameters(1, -2, 3)) {
      Engine engine = Engine.shared();
      assertThat(Regularizer.l1(0.5).penalty(engine, p)).isEqualTo(3);
      assertThat(Regularizer.l2(0.5).penalty(engine, p)).isEqualTo(7);
      assertThat(Regularizer.elasticNet(0.5, 0.25).penalty(engine, p)).isEqualTo(6.5);
    }
  }

  @Test
  void stepsFollowTheGradientOfThePenalty() {
    double h = 1e-6;
    var penalty = Regularizer.elasticNet(0.3, 0.2);
    for (double x : new double[] {1.5, -0.75}) {
      try (var p = parameters(x);
          var above = parameters(x + h);
          var below = parameters(x - h);
          var state = GradientDescent.of(1).regularize(penalty).start(p)) {
        Engine engine = Engine.shared();
        double slope = (penalty.penalty(engine, above) - penalty.penalty(engine, below)) / (2 * h);
        state.step();
        assertThat(x - p.values().get("x").getDouble(0)).isCloseTo(slope, within(1e-8));
      }
    }
  }

  @Test
  void severalAddUp() {
    try (var p = parameters(1, -2, 0);
        var state =
            GradientDescent.of(1).regularize(Regularizer.l1(0.5), Regularizer.l2(0.25)).start(p)) {
      assertThat(state.penalty()).isEqualTo(1.5 + 1.25);
      state.step();
      assertThat(p.values().get("x").toDoubles()).containsExactly(0, -0.5, 0);
    }
  }

  @Test
  void clippingLeavesThePenaltyAlone() {
    try (var p = parameters(4);
        var state =
            GradientDescent.of(1)
                .regularize(Regularizer.l2(0.5))
                .clip(Clipping.value(0.5))
                .start(p)) {
      p.gradients().get("x").fill(-9);
      state.step();
      assertThat(p.values().get("x").getDouble(0)).isEqualTo(4 - (-0.5 + 4));
    }
  }
}
