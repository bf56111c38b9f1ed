package dev.lanewise.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Layers that are random in training and nothing else. */
class NoiseLayersTest {
  private static final Shape SHAPE = Shape.of(40, 6, 3, 2);

  private static float[] training(Layer layer, long step) {
    try (var tape = Tape.open()) {
      Var x = tape.constant(tape.scope().allocate(DType.F32, SHAPE).fill(2));
      return layer.forward(Forward.training(tape, 5, step), x).tensor().toFloats();
    }
  }

  /** Runs of {@code length} elements are all zero or all scaled; answers the share of zeros. */
  private static double dropped(Layer layer, int length, float scaled) {
    float[] y = training(layer, 3);
    int zeros = 0;
    for (int i = 0; i < y.length; i += length) {
      float[] run = Arrays.copyOfRange(y, i, i + length);
      assertThat(run).containsOnly(run[0]);
      assertThat(run[0]).isIn(0f, scaled);
      zeros += run[0] == 0 ? 1 : 0;
    }
    return zeros / (y.length / (double) length);
  }

  @Test
  void dropout2dDropsChannels() {
    assertThat(dropped(new Dropout2d(0.25), 6, 2 / 0.75f)).isBetween(0.15, 0.35);
  }

  @Test
  void dropPathDropsSamples() {
    assertThat(dropped(new DropPath(0.5), 36, 4)).isBetween(0.25, 0.75);
  }

  @Test
  void gradientsFollowTheMask() {
    try (var tape = Tape.open()) {
      Var x = tape.variable(tape.scope().allocate(DType.F32, SHAPE).fill(2));
      Var y = new DropPath(0.5).forward(Forward.training(tape, 5, 3), x);
      tape.backward(y.sum());
      float[] gradient = tape.gradient(x).toFloats();
      float[] value = y.tensor().toFloats();
      for (int i = 0; i < value.length; i++) {
        assertThat(gradient[i]).isEqualTo(value[i] / 2);
      }
    }
  }

  @Test
  void noiseIsNormal() {
    float[] y = training(new GaussianNoise(0.5), 0);
    double mean = 0;
    double square = 0;
    for (float v : y) {
      mean += v / y.length;
      square += (v - 2) * (v - 2) / y.length;
    }
    // four standard errors of 1440 samples
    assertThat(mean).isCloseTo(2, within(0.053));
    assertThat(Math.sqrt(square)).isCloseTo(0.5, within(0.038));
  }

  @Test
  void isAPureFunctionOfTheStepAndNothingInEvaluation() {
    for (Layer layer : new Layer[] {new Dropout2d(0.5), new DropPath(0.5), new GaussianNoise(1)}) {
      assertThat(training(layer, 1)).isEqualTo(training(layer, 1)).isNotEqualTo(training(layer, 2));
      assertThat(layer.outputShape(Shape.of(6, 3))).isEqualTo(Shape.of(6, 3));
      try (var tape = Tape.open()) {
        Var x = tape.constant(tape.scope().zeros(DType.F32, SHAPE));
        assertThat(layer.forward(Forward.evaluation(tape), x)).isSameAs(x);
      }
    }
  }

  /** A random function of an input, by a key. */
  private interface Drawn {
    Var of(Var x, long key);
  }

  @Test
  void functionsGiveTheBitsOfTheLayers() {
    Map<Layer, Drawn> functions =
        Map.of(
            new Dropout(0.3), (x, key) -> x.dropout(0.3, key),
            new Dropout2d(0.3), (x, key) -> Functional.dropout2d(x, 0.3, key),
            new DropPath(0.3), (x, key) -> Functional.dropPath(x, 0.3, key),
            new GaussianNoise(0.3), (x, key) -> Functional.gaussianNoise(x, 0.3, key));
    functions.forEach(
        (layer, function) -> {
          try (var tape = Tape.open()) {
            Var x = tape.constant(tape.scope().allocate(DType.F32, SHAPE).fill(2));
            Forward pass = Forward.training(tape, 5, 7);
            Var expected = Sequential.of(Layers.relu(), layer).forward(pass, x);
            Var same = function.of(x, pass.child("1").randomKey());
            Var other = function.of(x, pass.child("2").randomKey());
            assertThat(same.tensor().toFloats()).isEqualTo(expected.tensor().toFloats());
            assertThat(other.tensor().toFloats()).isNotEqualTo(expected.tensor().toFloats());
          }
        });
  }

  @Test
  void functionsWithoutRandomnessLeaveTheInput() {
    try (var tape = Tape.open()) {
      Var x = tape.constant(tape.scope().zeros(DType.F32, SHAPE));
      assertThat(Functional.dropout2d(x, 0, 1)).isSameAs(x);
      assertThat(Functional.dropPath(x, 0, 1)).isSameAs(x);
      assertThat(Functional.gaussianNoise(x, 0, 1)).isSameAs(x);
      assertThatThrownBy(() -> Functional.dropout2d(x, 1, 1)).hasMessageStartingWith("dropout2d: ");
      assertThatThrownBy(() -> Functional.dropPath(x, -1, 1)).hasMessageStartingWith("drop_path: ");
      assertThatThrownBy(() -> Functional.gaussianNoise(x, -1, 1))
          .hasMessage("gaussian_noise: deviation must be at least 0, found -1.0");
    }
  }

  @Test
  void impossibleSettingsAreRefused() {
    assertThatThrownBy(() -> new Dropout2d(1))
        .hasMessage("dropout2d: probability must be in [0, 1), found 1.0");
    assertThatThrownBy(() -> new DropPath(-0.1)).hasMessageStartingWith("drop_path: ");
    assertThatThrownBy(() -> new GaussianNoise(Double.NaN))
        .hasMessageStartingWith("gaussian_noise");
  }
}
