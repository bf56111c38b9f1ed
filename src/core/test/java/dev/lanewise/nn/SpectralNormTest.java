package dev.lanewise.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Window;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SpectralNormTest {
  private static final String WEIGHT = "0.parametrizations.weight.original";
  private static final String U = "0.parametrizations.weight.0._u";
  private static final String V = "0.parametrizations.weight.0._v";

  /** A weight with the singular values 5 and 2, of the axes exchanged. */
  private static Sequential model() {
    Sequential model = Sequential.of(SpectralNorm.of(Linear.of(3, 2))).initialize(1, DType.F64);
    model.store().values().get(WEIGHT).copyFrom(new double[] {0, 0, 5, 2, 0, 0});
    model.store().values().get("0.bias").fill(0);
    return model;
  }

  private static double[] outputs(Sequential model, boolean training) {
    try (var tape = Tape.open(model.store())) {
      Tensor x = tape.scope().of(new double[] {1, 0, 0, 0, 0, 1}, 2, 3);
      Forward pass = training ? Forward.training(tape, 1, 0) : Forward.evaluation(tape);
      return model.forward(pass, tape.input(x)).tensor().toDoubles();
    }
  }

  @Test
  void hasTheNamesOfPytorch() {
    try (var model = model()) {
      assertThat(model.store().names()).containsExactly(WEIGHT, "0.bias");
      assertThat(model.state().names()).containsExactly(U, V);
      assertThat(model.describe()).isEqualTo("Sequential[SpectralNorm[Linear(3, 2)]]");
    }
  }

  @Test
  void dividesByTheLargestSingularValueFromTheFirstPassOn() {
    try (var model = model();
        var predicting = model()) {
      double[] expected = {0, 2 / 5.0, 1, 0};
      assertThat(outputs(model, true)).containsExactly(expected, within(1e-10));
      assertThat(model.state().get(U).toDoubles()).satisfies(SpectralNormTest::isFirstAxis);
      assertThat(outputs(model, false)).containsExactly(expected, within(1e-10));
      assertThat(outputs(predicting, false)).containsExactly(expected, within(1e-10));
      assertThat(predicting.state().get(U).toDoubles()).containsOnly(0);
    }
  }

  private static void isFirstAxis(double[] u) {
    assertThat(Math.abs(u[0])).isCloseTo(1, within(1e-10));
  }

  /** One round a pass: u = W v / |W v|, v = W^T u / |W^T u|, as PyTorch does it. */
  @Test
  void aTrainingPassDoesOneRound() {
    try (var model = model()) {
      model.state().get(U).copyFrom(new double[] {1, 0});
      model.state().get(V).copyFrom(new double[] {0.6, 0, 0.8});
      double[] y = outputs(model, true);
      double norm = Math.hypot(5 * 0.8, 2 * 0.6);
      double[] u = {5 * 0.8 / norm, 2 * 0.6 / norm};
      double[] v = {2 * u[1], 0, 5 * u[0]};
      double sigma = Math.hypot(v[0], v[2]);
      assertThat(model.state().get(U).toDoubles()).containsExactly(u, within(1e-14));
      assertThat(model.state().get(V).toDoubles())
          .containsExactly(new double[] {v[0] / sigma, 0, v[2] / sigma}, within(1e-14));
      // u^T W v with the new vectors is |W^T u|
      assertThat(y).containsExactly(new double[] {0, 2 / sigma, 5 / sigma, 0}, within(1e-14));
    }
  }

  @Test
  void gradientsCountTheVectorsAsConstant() {
    for (Layer layer :
        new Layer[] {
          SpectralNorm.of(Conv2d.of(1, 2, 3)),
          SpectralNorm.of(new ConvTranspose2d(1, 3, Window.of(2), Window.of(2), 0, 1, true))
        }) {
      try (var model = Sequential.of(layer, Activation.TANH).initialize(4, DType.F64);
          Scope scope = Scope.open()) {
        Tensor x = scope.of(new Random(2).doubles(2 * 20, -1, 1).toArray(), 2, 1, 5, 4);
        try (var tape = Tape.open(model.store())) {
          model.forward(Forward.training(tape, 1, 0), tape.input(x)); // starts the vectors
        }
        ParameterCheck.check(
            model,
            1e-8,
            tape -> {
              Var y = model.forward(Forward.evaluation(tape), tape.input(x));
              return y.square().sum();
            });
      }
    }
  }

  @Test
  void convolutionsHaveNormOne() {
    try (var model = Sequential.of(SpectralNorm.of(Conv2d.of(3, 8, 3))).initialize(2, DType.F64);
        Scope scope = Scope.open()) {
      var layer = (SpectralNorm) model.layers().getFirst();
      assertThat(layer.outputShape(Shape.of(3, 6, 6))).isEqualTo(Shape.of(8, 4, 4));
      Tensor weight = layer.weight(model, "0", scope).reshape(8, 27);
      // the largest eigenvalue of W W^T, by power iteration in plain Java
      double[] u = {1, 1, 1, 1, 1, 1, 1, 1};
      double norm = 0;
      for (int round = 0; round < 500; round++) {
        double[] next = new double[8];
        for (int k = 0; k < 27; k++) {
          double dot = 0;
          for (int i = 0; i < 8; i++) {
            dot += weight.getDouble(i, k) * u[i];
          }
          for (int i = 0; i < 8; i++) {
            next[i] += weight.getDouble(i, k) * dot;
          }
        }
        norm = Math.sqrt(Arrays.stream(next).map(a -> a * a).sum());
        for (int i = 0; i < 8; i++) {
          u[i] = next[i] / norm;
        }
      }
      // 15 rounds from a random start come near the largest value from below
      assertThat(Math.sqrt(norm)).isBetween(1 - 1e-9, 1.1);
    }
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SpectralNorm.of(Layers.relu()))
        .withMessage("spectral_norm: relu has no weight of at least two axes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SpectralNorm.of(BatchNorm.of(3)))
        .withMessage("spectral_norm: BatchNorm(3) has no weight of at least two axes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SpectralNorm(Linear.of(2, 2), 0, 1e-12))
        .withMessage("spectral_norm: iterations must be at least 1, found 0");
  }
}
