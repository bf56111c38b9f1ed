package dev.lanewise.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.nn.Activation;
import dev.lanewise.nn.Forward;
import dev.lanewise.nn.Layers;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Loss;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.AdamW;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The promise of strict mode: a training run has the same bits on every engine. */
final class EngineBitsTest {

  private static final int STEPS = 20;
  private static final int BATCH = 70;
  private static final int FEATURES = 120;
  private static final int CLASSES = 10;

  private static Engine engine(KernelChoice kernels, int threads) {
    return Engine.of(EngineOptions.defaults().mode(Mode.STRICT).kernels(kernels).threads(threads));
  }

  /** All weights after training, as doubles. */
  private static double[] train(DType dtype, int hidden, KernelChoice kernels, int threads) {
    try (var engine = engine(kernels, threads);
        var model =
            Sequential.of(
                    Linear.of(FEATURES, hidden),
                    Activation.GELU,
                    Layers.dropout(0.3),
                    Linear.of(hidden, 33),
                    Activation.RELU,
                    Layers.dropout(0.1),
                    Linear.of(33, CLASSES))
                .initialize(3, dtype);
        var tape = Tape.open(engine, model.store());
        var adam = AdamW.of(1e-2).start(engine, model.store());
        var data = Scope.open()) {
      var random = new Random(4);
      Loss loss = Loss.crossEntropy(0.05);
      double first = 0;
      double last = 0;
      for (int step = 0; step < STEPS; step++) {
        double[] features = random.doubles((long) BATCH * FEATURES, -1, 1).toArray();
        int[] classes = new int[BATCH];
        Arrays.setAll(classes, row -> (int) (5 + 5 * features[row * FEATURES]) % CLASSES);
        tape.reset();
        data.reset();
        Tensor x = data.allocate(dtype, Shape.of(BATCH, FEATURES)).copyFrom(features);
        Var y = model.forward(Forward.training(tape, 3, step), tape.input(x));
        Var value = loss.of(y, tape.constant(data.of(classes)));
        last = value.item();
        first = step == 0 ? last : first;
        tape.backward(value);
        adam.step();
      }
      assertThat(last).as("the loss after %d steps", STEPS).isLessThan(first);
      return model.store().values().flat().toDoubles();
    }
  }

  /** The hashes freeze the weights that every machine gets, as long as no specification changes. */
  @ParameterizedTest
  @CsvSource({"F32, 1698096500", "F64, 374128437"})
  void kernelsDoNotChangeABit(DType dtype, int hash) {
    double[] expected = train(dtype, 50, KernelChoice.SCALAR, 1);
    assertThat(train(dtype, 50, KernelChoice.VECTOR, 1)).isEqualTo(expected);
    assertThat(Arrays.hashCode(expected)).isEqualTo(hash);
  }

  /** Wide enough that every kind of op is cut into several tasks. */
  @Test
  void threadsDoNotChangeABit() {
    double[] expected = train(DType.F32, 500, KernelChoice.SCALAR, 1);
    for (int threads : new int[] {2, 3, 5, 8}) {
      // vector kernels once: in a new engine they start slowly
      KernelChoice kernels = threads == 3 ? KernelChoice.VECTOR : KernelChoice.SCALAR;
      assertThat(train(DType.F32, 500, kernels, threads))
          .as("%s, %d threads", kernels, threads)
          .isEqualTo(expected);
    }
  }
}
