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

  /** Windows along both axes of images; what the loops know of a convolution. */
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
    "3, 1, 6, 28, 28, 5, 5, 2, 2, 1, 1",
    "9, 1, 7, 17, 19, 5, 3, 4, 1, 1, 1",
    "2, 3, 3, 7, 5, 3, 5, 1, 4, 1, 1",
    "2, 2, 1, 9, 12, 3, 2, 2, 2, 2, 3",
    "1, 5, 2, 1, 1, 1, 1, 0, 0, 1, 1",
    "2, 17, 5, 4, 40, 1, 2, 0, 1, 1, 1",
    "2, 3, 8, 6, 7, 3, 3, 1, 0, 1, 1",
    "2, 4, 16, 10, 10, 5, 5, 0, 4, 1, 1",
    "1, 2, 17, 5, 9, 2, 3, 1, 2, 1, 1",
    "1, 4, 5, 96, 96, 3, 3, 1, 1, 1, 1",
    "20, 3, 4, 24, 24, 5, 5, 2, 2, 1, 1",
  })
  void followTheSpecification(
      int n, int c, int o, int h, int w, int kh, int kw, int ph, int pw, int dh, int dw) {
    Sizes s = new Sizes(n, c, o, h, w, kh, kw, ph, pw, dh, dw);
    for (DType dtype : new DType[] {DType.F32, DType.F64}) {
      double[] x = values(dtype, n * c * h * w, 1);
      double[] weights = values(dtype, o * s.k(), 2);
      double[] bias = values(dtype, o, 3);
      double[] g = values(dtype, n * o * s.oh() * s.ow(), 4);
      double[][] expected = {
        forward(dtype, s, x, weights, bias),
        byImages(dtype, s, weights, g),
        byWeights(dtype, s, x, g),
      };
      for (KernelChoice kernels : new KernelChoice[] {KernelChoice.SCALAR, KernelChoice.VECTOR}) {
        try (var engine = Engine.of(EngineOptions.defaults().kernels(kernels).threads(2));
            var tape = Tape.open(engine, null)) {
          Var image = tape.variable(tensor(tape, dtype, x, n, c, h, w));
          Var weight = tape.variable(tensor(tape, dtype, weights, o, c, kh, kw));
          Var y =
              image.conv2d(
                  weight, tape.variable(tensor(tape, dtype, bias, o)), s.rows(), s.columns());
          tape.backward(y, tensor(tape, dtype, g, n, o, s.oh(), s.ow()));
          double[][] found = {
            y.tensor().toDoubles(),
            tape.gradient(image).toDoubles(),
            tape.gradient(weight).toDoubles(),
          };
          assertThat(found).as("%s, %s", dtype, kernels).isDeepEqualTo(expected);
        }
      }
    }
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
    int group = Math.max(Math.ceilDiv(s.n, 8), Math.max(1, 1_000_000 / (s.o * s.k() * positions)));
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
