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
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A convolution and its maxima are those of the two ops alone, bit for bit. */
final class ChannelsLastTest {
  private static final List<KernelChoice> KERNELS =
      List.of(KernelChoice.SCALAR, KernelChoice.VECTOR);

  @ParameterizedTest
  @CsvSource({
    // images, channels in and out, height, width, kernel, padding
    "9, 1, 32, 28, 28, 3, 1",
    "3, 40, 64, 7, 10, 3, 1",
    "2, 6, 16, 14, 14, 5, 0",
    "2, 3, 48, 5, 4, 2, 0",
    "1, 2, 16, 3, 3, 2, 0",
    "2, 3, 17, 6, 6, 3, 1",
    "1, 2, 1024, 4, 4, 3, 1",
  })
  void isConvolutionThenMaxima(
      long n, long in, long out, long h, long w, long kernel, long padding) {
    Shape[] shapes = {
      Shape.of(n, in, h, w), Shape.of(out, in, kernel, kernel), Shape.of(out),
    };
    Window window = Window.of(kernel).padding(padding);
    for (DType dtype : new DType[] {DType.F32, DType.F64}) {
      double[][] expected = null;
      for (KernelChoice kernels : KERNELS) {
        for (int threads = 1; threads <= 3; threads += 2) {
          try (var engine = Engine.of(EngineOptions.defaults().kernels(kernels).threads(threads));
              var tape = Tape.open(engine, null)) {
            expected = expected == null ? results(tape, dtype, window, false, shapes) : expected;
            assertThat(results(tape, dtype, window, true, shapes))
                .as("%s, %s, %d threads", dtype, kernels, threads)
                .isDeepEqualTo(expected);
          }
        }
      }
    }
  }

  private static double[][] results(
      Tape tape, DType dtype, Window window, boolean together, Shape... shapes) {
    tape.reset();
    var random = new Random(2);
    Var[] in = new Var[shapes.length];
    for (int i = 0; i < in.length; i++) {
      in[i] = tape.variable(few(tape, dtype, random, shapes[i]));
    }
    Var y =
        together
            ? in[0].conv2dMaxPool2x2(in[1], in[2], window, window)
            : in[0].conv2d(in[1], in[2], window, window).maxPool2x2();
    tape.backward(y, few(tape, dtype, random, y.shape()));
    return new double[][] {
      y.tensor().toDoubles(),
      tape.gradient(in[0]).toDoubles(),
      tape.gradient(in[1]).toDoubles(),
      tape.gradient(in[2]).toDoubles()
    };
  }

  /** Few values, so that windows tie, among them numbers that round. */
  private static Tensor few(Tape tape, DType dtype, Random random, Shape shape) {
    double[] values = random.ints(shape.size(), -2, 3).mapToDouble(i -> i * 0.7).toArray();
    return tape.scope().allocate(dtype, shape).copyFrom(values);
  }

  /** Rows that lie interleaved in memory reduce as rows one after the other do. */
  @ParameterizedTest
  @CsvSource({
    "3, 32, 196",
    "2, 64, 3",
    "2, 5, 33",
    "1, 7, 64",
    "4, 1, 95",
    "2, 3, 4096",
    "2, 3, 4097",
  })
  void interleavedRowsReduce(long outer, long rows, long n) {
    Shape shape = Shape.of(outer, n, rows);
    for (DType dtype : new DType[] {DType.F32, DType.F64}) {
      for (KernelChoice kernels : KERNELS) {
        for (int threads = 1; threads <= 3; threads += 2) {
          try (var engine = Engine.of(EngineOptions.defaults().kernels(kernels).threads(threads));
              var tape = Tape.open(engine, null)) {
            Tensor values = tape.scope().allocate(dtype, shape);
            values.copyFrom(new Random(4).doubles(shape.size(), -1, 1).toArray());
            Tensor turned = values.permute(0, 2, 1);
            Tensor dense = tape.scope().allocate(dtype, turned.shape()).copyFrom(turned);
            assertThat(tape.constant(turned).sum(2).tensor().toDoubles())
                .isEqualTo(tape.constant(dense).sum(2).tensor().toDoubles());
            assertThat(tape.constant(turned).amax(false, 2).tensor().toDoubles())
                .isEqualTo(tape.constant(dense).amax(false, 2).tensor().toDoubles());
          }
        }
      }
    }
  }
}
