package dev.lanewise.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.Engine;
import dev.lanewise.engine.KernelChoice;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.TensorStore;
import org.junit.jupiter.api.Test;

final class ClippingTest {

  private static TensorStore gradients(float... data) {
    var store = TensorStore.builder(DType.F32).add("a", Shape.of(2)).add("b", Shape.of(1)).build();
    store.get("a").setFloat(data[0], 0);
    store.get("a").setFloat(data[1], 1);
    store.get("b").setFloat(data[2], 0);
    return store;
  }

  @Test
  void normIsLimited() {
    try (var g = gradients(2, -4, 4)) {
      assertThat(Clipping.norm(3).clip(Engine.shared(), g)).isEqualTo(6);
      assertThat(g.get("a").toFloats()).containsExactly(new float[] {1, -2}, within(1e-6f));
      assertThat(g.get("b").toFloats()).containsExactly(new float[] {2}, within(1e-6f));
    }
  }

  @Test
  void smallGradientsStayAsTheyAre() {
    try (var g = gradients(2, -4, 4)) {
      assertThat(Clipping.norm(7).clip(Engine.shared(), g)).isEqualTo(6);
      assertThat(g.get("a").toFloats()).containsExactly(2, -4);
    }
  }

  @Test
  void largestValueIsANorm() {
    try (var g = gradients(1, -4, 2)) {
      var clipping = Clipping.norm(2, Double.POSITIVE_INFINITY);
      assertThat(clipping.clip(Engine.shared(), g)).isEqualTo(4);
      assertThat(g.get("a").toFloats()).containsExactly(new float[] {0.5f, -2}, within(1e-6f));
    }
  }

  @Test
  void anyPowerIsANorm() {
    try (var g = gradients(3, -4, 5)) {
      assertThat(Clipping.norm(6, 1).clip(Engine.shared(), g)).isCloseTo(12, within(1e-5));
      assertThat(g.get("a").toFloats()).containsExactly(new float[] {1.5f, -2}, within(1e-5f));
      assertThat(Clipping.norm(9, 3).clip(Engine.shared(), g)).isCloseTo(3, within(1e-5));
    }
    try (var g = gradients(3e20f, -4e20f, 5e20f)) {
      assertThat(Clipping.norm(1, 3).clip(Engine.shared(), g)).isCloseTo(6e20, within(1e15));
    }
  }

  @Test
  void valuesAreClamped() {
    try (var g = gradients(2, -4, 4)) {
      assertThat(Clipping.value(3).clip(Engine.shared(), g)).isEqualTo(6);
      assertThat(g.get("a").toFloats()).containsExactly(2, -3);
      assertThat(g.get("b").toFloats()).containsExactly(3);
    }
  }

  @Test
  void normOfLargeGradientsDoesNotOverflow() {
    try (var g = gradients(2e30f, -4e30f, 4e30f)) {
      double norm = Clipping.norm(1).clip(Engine.shared(), g);
      assertThat(norm).isCloseTo(6e30, within(1e24));
    }
  }

  @Test
  void normIsFiniteExactlyIfTheGradientsAre() {
    try (var nan = gradients(1, Float.NaN, 2);
        var infinite = gradients(1, 2, Float.NEGATIVE_INFINITY)) {
      for (Clipping clipping :
          new Clipping[] {
            Clipping.norm(1), Clipping.norm(1, 3), Clipping.norm(1, Double.POSITIVE_INFINITY)
          }) {
        assertThat(new GradientNormOf(nan, clipping).value()).isNaN();
        assertThat(new GradientNormOf(infinite, clipping).value()).isInfinite();
      }
    }
  }

  private record GradientNormOf(TensorStore store, Clipping clipping) {
    double value() {
      try (var parameters = new Parameters(store.like());
          var state = Sgd.of(1).clip(clipping).start(parameters)) {
        parameters.gradients().flat().copyFrom(store.flat());
        return state.gradientNorm();
      }
    }
  }

  @Test
  void normIsTheSameForAllKernelsAndThreads() {
    try (var parameters = Cases.parameters(DType.F32);
        var one = Cases.engine(KernelChoice.SCALAR, 1);
        var three = Cases.engine(KernelChoice.VECTOR, 3)) {
      double[] data = parameters.values().flat().toDoubles();
      double squares = 0;
      for (double x : data) {
        squares += x * x;
      }
      double norm = norm(one, parameters.values());
      assertThat(norm(three, parameters.values())).isEqualTo(norm);
      assertThat(norm).isCloseTo(Math.sqrt(squares), within(1e-6 * norm));
    }
  }

  private static double norm(Engine engine, TensorStore store) {
    return Clipping.norm(1e9).clip(engine, store);
  }

  @Test
  void theStepClipsAsTheFunctionDoes() {
    for (Clipping clipping : new Clipping[] {Clipping.norm(0.7), Clipping.value(0.3)}) {
      try (var parameters = Cases.parameters(DType.F32);
          var other = Cases.parameters(DType.F32);
          var state = Sgd.of(0.1).clip(clipping).start(parameters);
          var plain = Sgd.of(0.1).start(other)) {
        Cases.randomize(parameters.gradients(), 5, 1);
        Cases.randomize(other.gradients(), 5, 1);
        double norm = state.gradientNorm();
        state.step();
        assertThat(clipping.clip(Engine.shared(), other.gradients())).isEqualTo(norm);
        plain.step();
        assertThat(parameters.values().flat().toFloats())
            .isEqualTo(other.values().flat().toFloats());
      }
    }
  }
}
