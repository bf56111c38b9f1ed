package dev.lanewise.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.autodiff.Derivatives;
import dev.lanewise.autodiff.GradCheck;
import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every layer of the library gives the shapes it promises and the derivatives of what it computes,
 * first and second; batch normalization keeps its statistics.
 */
final class LayerShapesTest {

  private record Case(Layer layer, long... sample) {}

  static Stream<Case> cases() {
    return Stream.concat(
        layers().stream(),
        Arrays.stream(Activation.values()).map(activation -> new Case(activation, 3, 4)));
  }

  private static List<Case> layers() {
    return List.of(
        new Case(Linear.of(4, 3), 4),
        new Case(Sequential.of(Linear.of(4, 3), Activation.TANH), 2, 4),
        new Case(new Flatten(), 2, 3),
        new Case(new Dropout(0.5), 3, 4),
        new Case(new Dropout2d(0.5), 3, 2, 2),
        new Case(new DropPath(0.5), 3, 2),
        new Case(new GaussianNoise(0.5), 3, 4),
        new Case(SpectralNorm.of(Linear.of(4, 3)), 4),
        new Case(SpectralNorm.of(Conv2d.of(2, 3, 2)), 2, 4, 3),
        new Case(LayerNorm.of(3, 4), 3, 4),
        new Case(RmsNorm.of(4), 3, 4),
        new Case(GroupNorm.of(2, 4), 4, 3, 3),
        new Case(BatchNorm.of(4), 4),
        new Case(BatchNorm.of(4), 4, 3, 3),
        new Case(Conv1d.of(3, 4, Window.of(3).stride(2).padding(1)), 3, 8),
        new Case(Conv1d.of(4, 4, 2).groups(2).withoutBias(), 4, 8),
        new Case(Conv2d.of(3, 4, 3), 3, 8, 7),
        new Case(new Conv2d(4, 6, Window.of(3).dilation(2), Window.of(1), 2, false), 4, 8, 7),
        new Case(ConvTranspose2d.of(3, 4, Window.of(3).stride(2)).outputPadding(1), 3, 5, 4),
        new Case(ConvTranspose2d.of(4, 6, Window.of(2)).groups(2).withoutBias(), 4, 5, 4),
        new Case(
            new ConvTranspose2d(3, 2, Window.of(3).stride(2), Window.of(1), 0, 1, true), 3, 3, 4),
        new Case(MaxPool2d.of(2), 3, 7, 6),
        new Case(new MaxPool2d(Window.of(2).stride(2), Window.of(3).padding(1)), 3, 7, 6),
        new Case(new AvgPool2d(Window.of(2).stride(2), Window.of(3).padding(1), false), 3, 7, 6),
        new Case(AvgPool2d.of(Window.of(3).stride(2).padding(1)), 3, 7, 6),
        new Case(new AdaptiveAvgPool2d(3, 1), 2, 7, 4),
        new Case(new AdaptiveAvgPool2d(5, 4), 2, 3, 4),
        new Case(new SinusoidalEncoding(), 4, 5),
        new Case(new Checkpointed(Sequential.of(Linear.of(3, 4), Layers.dropout(0.5))), 2, 3),
        new Case(new LeakyRelu(0.3), 2, 3),
        new Case(new Elu(0.5), 2, 3),
        new Case(Recurrent.rnn(3, 2), 5, 3),
        new Case(Recurrent.lstm(3, 2), 5, 3),
        new Case(Recurrent.gru(3, 2), 1, 3),
        new Case(new MultiHeadAttention(6, 2, true), 5, 6),
        new Case(TransformerBlock.causal(6, 2), 5, 6),
        new Case(new TransformerBlock(6, 3, 4, Activation.RELU, false, 0.2), 5, 6),
        new Case(new PositionalEmbedding(7, 4), 5, 4),
        new Case(Reshape.of(2, 6), 3, 4),
        new Case(new GlobalAvgPool(), 3, 5, 4),
        new Case(Residual.of(Conv2d.of(3, 3, 1), BatchNorm.of(3)), 3, 5, 4),
        new Case(
            Concatenate.of(Conv2d.of(3, 2, 1), MaxPool2d.of(1), Sequential.of(BatchNorm.of(3))),
            3,
            5,
            4));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void resultHasThePromisedShape(Case c) {
    Shape sample = Shape.of(c.sample);
    try (var model = Sequential.of(c.layer).initialize(1, DType.F64);
        var tape = Tape.open(model.store())) {
      Var x = tape.input(random(tape, sample.insert(0, 2)));
      Shape promised = model.outputShape(sample).insert(0, 2);
      for (Forward pass : List.of(Forward.evaluation(tape), Forward.training(tape, 1, 0))) {
        Var y = model.forward(pass, x);
        assertThat(y.shape()).isEqualTo(promised);
        tape.backward(y.square().sum());
      }
    }
  }

  /** By the input and by every parameter. */
  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreThoseOfTheLayer(Case c) {
    try (var model = Sequential.of(c.layer).initialize(1, DType.F64)) {
      Shape shape = Shape.of(c.sample).insert(0, 2);
      boolean moves = c.layer instanceof SpectralNorm;
      if (moves) { // a training pass moves its vectors, which count as constant
        try (var tape = Tape.open(model.store())) {
          model.forward(Forward.training(tape, 1, 0), tape.input(random(tape, shape)));
        }
      }
      GradCheck check =
          GradCheck.of(
              c.layer.describe(),
              (tape, in) ->
                  model.forward(
                      moves ? Forward.evaluation(tape) : Forward.training(tape, 1, 0), in[0]));
      Derivatives.check(check.by(model.store()), -1, 1, shape);
    }
  }

  /** By the vectors: the indices have none. */
  @Test
  void gradientsAreThoseOfAnEmbedding() {
    try (var model = Sequential.of(new Embedding(5, 3)).initialize(1, DType.F64)) {
      GradCheck check =
          GradCheck.of(
              "embedding",
              (tape, in) -> {
                Var ids = tape.constant(tape.scope().of(new int[] {4, 0, 2, 2}, 2, 2));
                return model.forward(Forward.training(tape, 1, 0), ids).mul(in[0]);
              });
      Derivatives.check(check.by(model.store()), -1, 1, Shape.of(2, 2, 3));
    }
  }

  @Test
  void noLayerIsWithoutACase() {
    Set<String> checked =
        cases()
            .map(c -> c.layer.getClass().getName())
            .collect(Collectors.toCollection(TreeSet::new));
    checked.add(Embedding.class.getName()); // above
    assertThat(LibraryLayers.names()).isNotEmpty();
    assertThat(checked).containsAll(LibraryLayers.names());
  }

  @Test
  void embeddingAddsAnAxis() {
    try (var model = Sequential.of(new Embedding(7, 3)).initialize(1, DType.F32);
        var tape = Tape.open(model.store())) {
      Var ids = tape.input(tape.scope().of(new int[] {6, 0, 2, 2, 1, 3}, 2, 3));
      Var y = model.predict(tape, ids);
      assertThat(y.shape()).isEqualTo(Shape.of(2, 3, 3));
      assertThat(model.outputShape(Shape.of(3))).isEqualTo(Shape.of(3, 3));
      assertThat(y.tensor().slice(0, 0, 1).slice(1, 0, 1).toFloats())
          .isEqualTo(model.store().values().get("0.weight").slice(0, 6, 7).toFloats());
    }
  }

  @Test
  void adaptiveCellsCoverTheImage() {
    try (var tape = Tape.open()) {
      Var x =
          tape.constant(tape.scope().of(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 1, 1, 2, 5));
      double[] found = Convolution.adaptiveAvgPool2d(x, 1, 3).tensor().toDoubles();
      assertThat(found).containsExactly(new double[] {4, 5.5, 7}, within(1e-14));
      double[] finer = Convolution.adaptiveAvgPool2d(x, 3, 1).tensor().toDoubles();
      assertThat(finer).containsExactly(new double[] {3, 5.5, 8}, within(1e-14));
    }
  }

  @Test
  void sinusoidsHaveTheirPlace() {
    try (var tape = Tape.open()) {
      Var x = tape.constant(tape.scope().zeros(DType.F64, Shape.of(2, 3, 5)));
      Var encoding = Functional.sinusoidalEncoding(x);
      assertThat(encoding.shape()).isEqualTo(Shape.of(3, 5));
      for (int p = 0; p < 3; p++) {
        for (int c = 0; c < 5; c++) {
          double angle = p * Math.pow(10_000, -2 * (c / 2) / 5.0);
          double expected = c % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
          assertThat(encoding.tensor().getDouble(p, c)).isCloseTo(expected, within(1e-14));
        }
      }
    }
  }

  @Test
  void batchNormMovesItsStatisticsInTrainingOnly() {
    try (var model = Sequential.of(Linear.of(3, 2), BatchNorm.of(2)).initialize(1, DType.F64);
        var tape = Tape.open(model.store())) {
      Var x = tape.input(random(tape, Shape.of(64, 3)));
      model.predict(tape, x);
      Tensor mean = model.state().get("1.running_mean");
      assertThat(mean.toDoubles()).containsExactly(0, 0);
      for (int step = 0; step < 300; step++) {
        model.forward(Forward.training(tape, 1, step), x);
      }
      double[] trained = model.forward(Forward.training(tape, 1, 300), x).tensor().toDoubles();
      double[] predicted = model.predict(tape, x).tensor().toDoubles();
      for (int i = 0; i < trained.length; i++) {
        double unbiased = Math.sqrt(63 / 64.0);
        assertThat(predicted[i]).isCloseTo(trained[i] * unbiased, within(1e-3));
      }
    }
  }

  private static Tensor random(Tape tape, Shape shape) {
    double[] values = new Random(4).doubles(shape.size(), -1, 1).toArray();
    return tape.scope().allocate(DType.F64, shape).copyFrom(values);
  }
}
