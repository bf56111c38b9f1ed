package dev.lanewise.internal.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import dev.lanewise.engine.KernelChoice;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Window;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pooling of two by two is pooling of patches, bit for bit, for any kernels and threads. */
final class MaxPoolTest {

  @ParameterizedTest
  @CsvSource({"3, 2, 2, 2", "2, 3, 5, 3", "1, 4, 14, 10", "40, 6, 28, 28", "2, 2, 7, 71"})
  void isTheMaximumOfPatches(long n, long c, long h, long w) {
    Shape shape = Shape.of(n, c, h, w);
    for (DType dtype : new DType[] {DType.F32, DType.F64}) {
      double[][] expected = null;
      for (KernelChoice kernels : new KernelChoice[] {KernelChoice.SCALAR, KernelChoice.VECTOR}) {
        for (int threads = 1; threads <= 3; threads += 2) {
          try (var engine = Engine.of(EngineOptions.defaults().kernels(kernels).threads(threads));
              var tape = Tape.open(engine, null)) {
            double[][] fast = results(tape, dtype, shape, true);
            expected = expected == null ? results(tape, dtype, shape, false) : expected;
            assertThat(fast).as("%s, %d threads", kernels, threads).isDeepEqualTo(expected);
          }
        }
      }
    }
  }

  private static double[][] results(Tape tape, DType dtype, Shape shape, boolean fast) {
    tape.reset();
    Tensor values = tape.scope().allocate(dtype, shape);
    var random = new Random(2); // few values, so that windows tie
    values.copyFrom(random.ints(shape.size(), -2, 3).asDoubleStream().toArray());
    Var x = tape.variable(values);
    Window halving = Window.of(2).stride(2);
    Var y = fast ? x.maxPool2x2() : x.unfold(halving, halving, 0).amax(false, 2, 3);
    Tensor seed = tape.scope().allocate(dtype, y.shape());
    tape.backward(y, seed.copyFrom(random.doubles(seed.size(), -1, 1).toArray()));
    return new double[][] {y.tensor().toDoubles(), tape.gradient(x).toDoubles()};
  }
}
