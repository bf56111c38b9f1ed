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
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolution and its gradients against plain loops in the specified order, bit for bit. */
final class ConvolutionChainsTest {

  /** Images [n, c, h, w], o outputs, and windows' kernels, paddings and dilations. */
  private record Sizes(
      int n, int c, int o, int h, int w, int kh, int kw, int ph, int pw, int dh, int dw) {
    Window rows() {
      return new Window(kh, 1, ph, dh);
    }

    Window columns() {
      return new Window(kw, 1, pw, dw);
    }

    int oh() {
      return Math.toIntExact(rows().count(h));
    }

    int ow() {
      return Math.toIntExact(columns().count(w));
    }

    int k() {
      return c * kh * kw;
    }

    /** Where element p of window i lies in an image, or -1 in its padding. */
    int pixel(int i, int p) {
      int y = i / ow() - ph + p / kw % kh * dh;
      int x = i % ow() - pw + p % kw * dw;
      return y < 0 || y >= h || x < 0 || x >= w ? -1 : (p / kw / kh * h + y) * w + x;
    }
  }

  @ParameterizedTest
  @CsvSource({
    // images; channels, outputs; height, width; kernel, padding and dilation along both
    "20, 1, 6, 28, 28, 5, 5, 2, 2, 1, 1",
    "9, 1, 7, 17, 19, 5, 3, 4, 1, 1, 1",
    "2, 3, 3, 7, 5, 3, 5, 1, 4, 1, 1",
    "2, 2, 1, 9, 12, 3, 2, 2, 2, 2, 3",
    "1, 5, 2, 1, 1, 1, 1, 0, 0, 1, 1",
    "2, 17, 5, 4, 40, 1, 2, 0, 1, 1, 1",
    "2, 3, 8, 6, 7, 3, 3, 1, 0, 1, 1",
    "2, 4, 16, 10, 10, 5, 5, 0, 4, 1, 1",
    "1, 2, 17, 5, 9, 2, 3, 1, 2, 1, 1",
    "1, 4, 5, 96, 96, 3, 3, 1, 1, 1, 1",
    "3, 4, 2, 17, 18, 2, 2, 1, 0, 1, 1",
    "50, 3, 4, 24, 24, 5, 5, 2, 2, 1, 1",
    "300, 1, 1, 100, 100, 1, 1, 0, 0, 1, 1",
    "0, 1, 6, 20, 20, 5, 5, 2, 2, 1, 1",
    "2, 0, 9, 5, 6, 3, 3, 1, 1, 1, 1",
  })
  void followTheSpecification(
      int n, int c, int o, int h, int w, int kh, int kw, int ph, int pw, int dh, int dw) {
    Sizes s = new Sizes(n, c, o, h, w, kh, kw, ph, pw, dh, dw);
    for (DType dtype : new DType[] {DType.F32, DType.F64}) {
      double[][] in = {
        values(dtype, n * c * h * w, 1),
        values(dtype, o * s.k(), 2),
        values(dtype, o, 3),
        values(dtype, n * o * s.oh() * s.ow(), 4),
      };
      double[][] expected = {
        forward(dtype, s, in[0], in[1], in[2]),
        byImages(dtype, s, in[1], in[3]),
        byWeights(dtype, s, in[0], in[3]),
      };
      double[] withoutBias = forward(dtype, s, in[0], in[1], new double[o]);
      for (KernelChoice kernels : new KernelChoice[] {KernelChoice.SCALAR, KernelChoice.VECTOR}) {
        try (var engine = Engine.of(EngineOptions.defaults().kernels(kernels).threads(2));
            var tape = Tape.open(engine, null)) {
          for (boolean channelsLast : new boolean[] {false, true}) {
            String which = "%s, %s, channels last %s".formatted(dtype, kernels, channelsLast);
            // leaves NaN in the memory of the step that follows
            results(tape, dtype, s, channelsLast, notNumbers(in));
            tape.reset();
            assertThat(results(tape, dtype, s, channelsLast, in)).as(which).isDeepEqualTo(expected);
            Var image = tape.constant(images(tape, dtype, channelsLast, in[0], n, c, h, w));
            Var weight = tape.constant(tensor(tape, dtype, in[1], o, c, kh, kw));
            assertThat(image.conv2d(weight, null, s.rows(), s.columns()).tensor().toDoubles())
                .as(which)
                .isEqualTo(withoutBias);
            tape.reset();
          }
        }
      }
    }
  }

  private static double[][] notNumbers(double[][] like) {
    double[][] values = new double[like.length][];
    for (int i = 0; i < values.length; i++) {
      values[i] = new double[like[i].length];
      Arrays.fill(values[i], Double.NaN);
    }
    return values;
  }

  /**
   * Of images, weights, bias and the result's gradient: result, gradients by images and weights.
   */
  private static double[][] results(
      Tape tape, DType dtype, Sizes s, boolean channelsLast, double[][] in) {
    Var image = tape.variable(images(tape, dtype, channelsLast, in[0], s.n, s.c, s.h, s.w));
    Var weight = tape.variable(tensor(tape, dtype, in[1], s.o, s.c, s.kh, s.kw));
    Var bias = tape.variable(tensor(tape, dtype, in[2], s.o));
    Var y = image.conv2d(weight, bias, s.rows(), s.columns());
    Tensor g = images(tape, dtype, channelsLast, in[3], s.n, s.o, s.oh(), s.ow());
    tape.backward(y, g);
    assertThat(tape.gradient(bias).toDoubles())
        .isEqualTo(tape.constant(g).sum(2, 3).sum(0).tensor().toDoubles());
    return new double[][] {
      y.tensor().toDoubles(), tape.gradient(image).toDoubles(), tape.gradient(weight).toDoubles(),
    };
  }

  private static Tensor images(
      Tape tape, DType dtype, boolean channelsLast, double[] values, int... nchw) {
    Tensor dense = tensor(tape, dtype, values, nchw[0], nchw[1], nchw[2], nchw[3]);
    if (!channelsLast) {
      return dense;
    }
    Tensor last = tape.scope().allocate(dtype, dense.permute(0, 2, 3, 1).shape());
    return last.copyFrom(dense.permute(0, 2, 3, 1)).permute(0, 3, 1, 2);
  }

  private static double[] forward(
      DType dtype, Sizes s, double[] x, double[] weights, double[] bias) {
    int positions = s.oh() * s.ow();
    double[] y = new double[s.n * s.o * positions];
    for (int at = 0; at < y.length; at++) {
      int output = at / positions % s.o;
      int image = at / positions / s.o * s.c * s.h * s.w;
      y[at] = bias[output];
      for (int p = 0; p < s.k(); p++) {
        int pixel = s.pixel(at % positions, p);
        y[at] = fma(dtype, weights[output * s.k() + p], pixel < 0 ? 0 : x[image + pixel], y[at]);
      }
    }
    return y;
  }

  private static double[] byImages(DType dtype, Sizes s, double[] weights, double[] g) {
    Sizes t =
        new Sizes(
            s.n,
            s.o,
            s.c,
            s.oh(),
            s.ow(),
            s.kh,
            s.kw,
            (s.kh - 1) * s.dh - s.ph,
            (s.kw - 1) * s.dw - s.pw,
            s.dh,
            s.dw);
    int window = s.kh * s.kw;
    double[] turned = new double[weights.length];
    for (int i = 0; i < turned.length; i++) {
      int output = i / window / s.c;
      int channel = i / window % s.c;
      turned[(channel * s.o + output) * window + window - 1 - i % window] = weights[i];
    }
    return forward(dtype, t, g, turned, new double[s.c]);
  }

  private static double[] byWeights(DType dtype, Sizes s, double[] x, double[] g) {
    int positions = s.oh() * s.ow();
    int work = Math.max(1, s.o * s.k() * positions);
    int group = Math.max(1, Math.max(Math.ceilDiv(s.n, 8), 1_000_000 / work));
    double[] sums = new double[s.o * s.k()];
    for (int first = 0; first < s.n; first += group) {
      for (int at = 0; at < sums.length; at++) {
        int output = at / s.k();
        double acc = 0;
        for (int image = first; image < Math.min(s.n, first + group); image++) {
          for (int i = 0; i < positions; i++) {
            int pixel = s.pixel(i, at % s.k());
            double value = pixel < 0 ? 0 : x[image * s.c * s.h * s.w + pixel];
            acc = fma(dtype, g[(image * s.o + output) * positions + i], value, acc);
          }
        }
        sums[at] = first == 0 ? acc : fma(dtype, 1, acc, sums[at]);
      }
    }
    return sums;
  }

  private static double fma(DType dtype, double a, double b, double c) {
    return dtype == DType.F32 ? Math.fma((float) a, (float) b, (float) c) : Math.fma(a, b, c);
  }

  private static double[] values(DType dtype, int n, long seed) {
    double[] values = new Random(seed).doubles(n, -1, 1).toArray();
    return dtype == DType.F32 ? Arrays.stream(values).map(v -> (float) v).toArray() : values;
  }

  private static Tensor tensor(Tape tape, DType dtype, double[] values, long... shape) {
    return tape.scope().allocate(dtype, Shape.of(shape)).copyFrom(values);
  }
}
