package dev.lanewise.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.OffHeapBudgetException;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers, losses and how a network names what it owns. */
final class LayersTest {

  private static Sequential network() {
    return Sequential.of(
        Layers.flatten(),
        Linear.of(6, 5),
        Sequential.of(Layers.relu(), Linear.of(5, 4)),
        Layers.dropout(0.5),
        Linear.of(4, 2));
  }

  @Test
  void parametersAreNamedByPosition() {
    try (var model = network().initialize(1, DType.F32)) {
      assertThat(model.store().names())
          .containsExactly("1.weight", "1.bias", "2.1.weight", "2.1.bias", "4.weight", "4.bias");
      assertThat(model.store().values().get("2.1.weight").shape()).isEqualTo(Shape.of(4, 5));
      assertThat(model.store().count()).isEqualTo(6 * 5 + 5 + 5 * 4 + 4 + 4 * 2 + 2);
      assertThat(model.describe())
          .isEqualTo(
              "Sequential[Flatten, Linear(6, 5), Sequential[relu, Linear(5, 4)], Dropout(0.5),"
                  + " Linear(4, 2)]");
      assertThat(model.outputShape(Shape.of(2, 3))).isEqualTo(Shape.of(2));
    }
  }

  @Test
  void initialValuesArePytorchs() {
    try (var model = Sequential.of(Linear.of(100, 300)).initialize(1, DType.F32)) {
      for (String name : model.store().names()) {
        double[] x = model.store().values().get(name).toDoubles();
        double extreme = Arrays.stream(x).map(Math::abs).max().orElseThrow();
        assertThat(extreme).as(name).isBetween(0.098, 0.1);
      }
    }
  }

  @Test
  void valuesStayWhenThereIsNoMemoryForNewOnes() {
    long[] width = {3};
    Layer growing =
        new Layer() {
          @Override
          public String describe() {
            return "Growing";
          }

          @Override
          public Shape outputShape(Shape sample) {
            return sample;
          }

          @Override
          public List<ParameterSpec> parameters() {
            return List.of(
                new ParameterSpec("w", Shape.of(width[0]), new Initializer.Normal(0, 1)));
          }

          @Override
          public Var forward(Forward pass, Var x) {
            return x;
          }
        };
    try (var model = Sequential.of(growing).initialize(1, DType.F32)) {
      float[] before = model.store().values().get("0.w").toFloats();
      width[0] = 1L << 50;
      assertThatExceptionOfType(OffHeapBudgetException.class)
          .isThrownBy(() -> model.initialize(2, DType.F32));
      assertThat(model.store().values().get("0.w").toFloats()).isEqualTo(before);
    }
  }

  @Test
  void theFirstUseInitializesWithSeedZero() {
    try (var model = network();
        var same = network().initialize(0, DType.F32);
        var other = network().initialize(1, DType.F32)) {
      float[] values = model.store().values().flat().toFloats();
      assertThat(same.store().values().flat().toFloats()).isEqualTo(values);
      assertThat(other.store().values().flat().toFloats()).isNotEqualTo(values);
    }
  }

  @Test
  void aNetworkComputesWhatItsLayersCompute() {
    try (var model = network().initialize(2, DType.F64);
        var tape = Tape.open(model.store())) {
      Tensor x = random(tape, 7, 2, 3);
      Var expected =
          tape.input(x)
              .reshape(7, 6)
              .linear(tape.parameter("1.weight"), tape.parameter("1.bias"))
              .relu()
              .linear(tape.parameter("2.1.weight"), tape.parameter("2.1.bias"))
              .linear(tape.parameter("4.weight"), tape.parameter("4.bias"));
      assertThat(model.predict(tape, tape.input(x)).tensor().toDoubles())
          .isEqualTo(expected.tensor().toDoubles());
    }
  }

  private static Tensor random(Tape tape, long... dims) {
    Shape shape = Shape.of(dims);
    double[] values = new Random(5).doubles(shape.size(), -1, 1).toArray();
    return tape.scope().allocate(DType.F64, shape).copyFrom(values);
  }

  @Test
  void misfitsAreNamed() {
    try (var model = network().initialize(1, DType.F64);
        var tape = Tape.open(model.store())) {
      assertThatExceptionOfType(ShapeException.class)
          .isThrownBy(() -> model.predict(tape, tape.input(random(tape, 7, 5))))
          .withMessage("linear: input [7, 5] does not fit weights [out, in] = [5, 6]");
      assertThatExceptionOfType(ShapeException.class)
          .isThrownBy(() -> model.outputShape(Shape.of(2, 4)))
          .withMessage("Linear(6, 5): input [8] does not end in 6");
      assertThatExceptionOfType(ShapeException.class)
          .isThrownBy(() -> Linear.of(0, 3))
          .withMessage("Linear: sizes must be at least 1, found in = 0, out = 3");
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, 2, Double.NaN})
  void probabilitiesAreChecked(double p) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layers.dropout(p))
        .withMessage("dropout: probability must be in [0, 1), found " + p);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Loss.crossEntropy(p))
        .withMessage("cross_entropy: label_smoothing must be in [0, 1), found " + p);
  }

  @Test
  void dropoutDependsOnSeedStepAndPlace() {
    try (var tape = Tape.open()) {
      Var x = tape.input(tape.scope().allocate(DType.F32, Shape.of(50, 40)).fill(1));
      var two = Sequential.of(Layers.dropout(0.25), Layers.dropout(0));
      float[] y = two.forward(Forward.training(tape, 1, 2), x).tensor().toFloats();
      assertThat(y).containsOnly(0, 1 / 0.75f);
      double kept = 0;
      for (float v : y) {
        kept += v > 0 ? 1.0 / y.length : 0;
      }
      assertThat(kept).isCloseTo(0.75, within(0.05));
      assertThat(two.forward(Forward.training(tape, 1, 2), x).tensor().toFloats()).isEqualTo(y);
      assertThat(two.forward(Forward.training(tape, 2, 2), x).tensor().toFloats()).isNotEqualTo(y);
      assertThat(two.forward(Forward.training(tape, 1, 3), x).tensor().toFloats()).isNotEqualTo(y);
      var later = Sequential.of(Layers.dropout(0), Layers.dropout(0.25));
      assertThat(later.forward(Forward.training(tape, 1, 2), x).tensor().toFloats())
          .isNotEqualTo(y);
      assertThat(two.forward(Forward.evaluation(tape), x)).isSameAs(x);
    }
  }

  /** As recipes write it, without what separates words. */
  private static String letters(String name) {
    return name.replaceAll("_|\\(.*", "").toLowerCase(Locale.ROOT);
  }

  @ParameterizedTest
  @EnumSource
  void activationsHaveAShortName(Activation activation) {
    assertThat(Stream.of(Layers.class.getMethods()).filter(m -> m.getReturnType() == Layer.class))
        .filteredOn(method -> letters(method.getName()).equals(letters(activation.describe())))
        .singleElement()
        .satisfies(method -> assertThat(method.invoke(null)).isSameAs(activation));
    assertThat(activation.outputShape(Shape.of(3, 4))).isEqualTo(Shape.of(3, 4));
  }

  @Test
  void activationsComputeWhatTheirNameSays() {
    Map<Layer, UnaryOperator<Var>> named =
        Map.of(
            Layers.relu(), Var::relu,
            Layers.leakyRelu(), x -> x.leakyRelu(0.01),
            Layers.leakyRelu(0.2), x -> x.leakyRelu(0.2),
            Layers.elu(), x -> x.elu(1),
            Layers.elu(0.5), x -> x.elu(0.5),
            Layers.geluTanh(), Var::geluTanh,
            Layers.logSigmoid(), Var::logSigmoid,
            Layers.softmax(), x -> x.softmax(-1));
    try (var tape = Tape.open()) {
      Var x = tape.input(random(tape, 3, 4));
      named.forEach(
          (layer, method) ->
              assertThat(layer.forward(Forward.evaluation(tape), x).tensor().toDoubles())
                  .as(layer.describe())
                  .isEqualTo(method.apply(x).tensor().toDoubles()));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layers.leakyRelu(Double.NaN))
        .withMessage("leaky_relu: negative_slope must be finite, found NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Layers.elu(Double.POSITIVE_INFINITY))
        .withMessage("elu: alpha must be finite, found Infinity");
  }

  @Test
  void activationsOfTransformersAreChecked() {
    for (Layer layer : List.of(Linear.of(4, 4), Layers.flatten(), BatchNorm.of(4))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new TransformerBlock(6, 2, 4, layer, false, 0))
          .withMessageStartingWith("TransformerBlock: expected an activation such as gelu");
    }
  }

  @Test
  void lossesAverageSumOrStay() {
    try (var tape = Tape.open()) {
      Var x = tape.input(tape.scope().of(new double[] {1, 3, -1, 0}, 2, 2));
      Var t = tape.input(tape.scope().of(new double[] {0, 1, 1, 0}, 2, 2));
      assertThat(Loss.mse().of(x, t).item()).isEqualTo(9 / 4.0);
      assertThat(new Loss.MeanSquaredError(Averaging.SUM).of(x, t).item()).isEqualTo(9);
      assertThat(new Loss.MeanSquaredError(Averaging.NONE).of(x, t).tensor().toDoubles())
          .containsExactly(1, 4, 4, 0);
      double expected = 0;
      for (double[] pair : new double[][] {{1, 0}, {3, 1}, {-1, 1}, {0, 0}}) {
        double p = 1 / (1 + Math.exp(-pair[0]));
        expected -= Math.log(pair[1] == 1 ? p : 1 - p) / 4;
      }
      assertThat(Loss.bceWithLogits().of(x, t).item()).isCloseTo(expected, within(1e-14));
      Var classes = tape.constant(tape.scope().of(new int[] {1, 0}));
      double entropy = (Math.log(1 + Math.exp(-2)) + Math.log(1 + Math.exp(1))) / 2;
      assertThat(Loss.crossEntropy().of(x, classes).item()).isCloseTo(entropy, within(1e-14));
    }
  }
}
