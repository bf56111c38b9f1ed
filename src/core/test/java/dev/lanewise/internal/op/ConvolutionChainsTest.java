package dev.lanewise.internal.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import dev.lanewise.engine.KernelChoice;
import dev.lanewise.nn.Convolution;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Window;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolution and its gradients against plain loops in the specified order, bit for bit. */
final class ConvolutionChainsTest {

  /** Images [n, c, h, w] and o outputs; the channels of both in groups. */
  private record Sizes(int n, int c, int o, int groups, int h, int w, Window rows, Window columns) {
    int kh() {
      return Math.toIntExact(rows.kernel());
    }

    int kw() {
      return Math.toIntExact(columns.kernel());
    }

    int oh() {
      return Math.toIntExact(rows.count(h));
    }

    int ow() {
      return Math.toIntExact(columns.count(w));
    }

    int positions() {
      return oh() * ow();
    }

    /** Elements of a window. */
    int k() {
      return c / groups * kh() * kw();
    }

    int group(int output) {
      return output / (o / groups);
    }

    /** Where the channels of a group begin in the images. */
    int part(int image, int group) {
      return (image * c + group * (c / groups)) * h * w;
    }

    /** Where element p of window i lies from there, or -1 in the padding. */
    int pixel(int i, int p) {
      long y = i / ow() * rows.stride() - rows.padding() + p / kw() % kh() * rows.dilation();
      long x = i % ow() * columns.stride() - columns.padding() + p % kw() * columns.dilation();
      boolean inside = y >= 0 && y < h && x >= 0 && x < w;
      return inside ? Math.toIntExact(((long) (p / kw() / kh()) * h + y) * w + x) : -1;
    }

    /** Element p of window i of the group's part of images x. */
    double pixel(double[] x, int image, int group, int i, int p) {
      int at = pixel(i, p);
      return at < 0 ? 0 : x[part(image, group) + at];
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
  void withStrideOne(
      int n, int c, int o, int h, int w, int kh, int kw, int ph, int pw, int dh, int dw) {
    Sizes s = new Sizes(n, c, o, 1, h, w, new Window(kh, 1, ph, dh), new Window(kw, 1, pw, dw));
    for (DType dtype : new DType[] {DType.F32, DType.F64}) {
      double[][] in = inputs(dtype, s);
      double[][] expected = {
        forward(dtype, s, in[0], in[1], in[2]),
        byImages(dtype, s, in[1], in[3]),
        byWeights(dtype, s, in[0], in[3]),
      };
      double[] withoutBias = forward(dtype, s, in[0], in[1], new double[o]);
      check(dtype, s, in, expected, withoutBias, g -> g.sum(2, 3).sum(0));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // images; channels, outputs, groups; height, width; kernel, stride, padding, dilation along h,
    // then along w
    "3, 4, 6, 1, 11, 9, 3, 2, 1, 1, 3, 2, 1, 1",
    "2, 6, 4, 2, 8, 7, 3, 1, 1, 1, 2, 1, 0, 1",
    "5, 8, 8, 8, 9, 33, 3, 1, 1, 1, 5, 1, 2, 1",
    "1, 3, 5, 1, 10, 12, 2, 3, 0, 2, 3, 1, 2, 2",
    "2, 1, 1, 1, 5, 6, 1, 1, 1, 1, 1, 1, 0, 1",
    "2, 2, 3, 1, 6, 5, 2, 1, 3, 1, 2, 2, 2, 1",
    "4, 9, 3, 3, 13, 1, 4, 3, 2, 1, 1, 1, 0, 1",
    "2, 16, 32, 1, 28, 28, 3, 2, 1, 1, 3, 2, 1, 1",
    "3, 4, 4, 2, 2, 2, 2, 1, 0, 1, 2, 1, 0, 1",
  })
  void withStridesAndGroups(
      int n,
      int c,
      int o,
      int groups,
      int h,
      int w,
      int kh,
      int sh,
      int ph,
      int dh,
      int kw,
      int sw,
      int pw,
      int dw) {
    Sizes s =
        new Sizes(n, c, o, groups, h, w, new Window(kh, sh, ph, dh), new Window(kw, sw, pw, dw));
    for (DType dtype : new DType[] {DType.F32, DType.F64}) {
      double[][] in = inputs(dtype, s);
      double[] withoutBias = forward(dtype, s, in[0], in[1], new double[o]);
      double[] y = withoutBias.clone();
      for (int at = 0; at < y.length; at++) {
        y[at] = add(dtype, y[at], in[2][at / s.positions() % o]);
      }
      double[][] expected = {
        y, foldedByImages(dtype, s, in[1], in[3]), byWeightsOfImages(dtype, s, in[0], in[3]),
      };
      int[] lengths = {n, o, s.oh(), s.ow()};
      int[] summed = IntStream.of(0, 2, 3).filter(axis -> lengths[axis] > 1).toArray();
      check(dtype, s, in, expected, withoutBias, g -> g.sum(summed));
    }
  }

  /** Images, weights, bias and the gradient of the result. */
  private static double[][] inputs(DType dtype, Sizes s) {
    return new double[][] {
      values(dtype, s.n * s.c * s.h * s.w, 1),
      values(dtype, s.o * s.k(), 2),
      values(dtype, s.o, 3),
      values(dtype, s.n * s.o * s.positions(), 4),
    };
  }

  /**
   * Compares what both kernels compute.
   *
   * @param expected result, gradients by images and weights
   * @param byBias from the result's gradient to that of the bias
   */
  private static void check(
      DType dtype,
      Sizes s,
      double[][] in,
      double[][] expected,
      double[] withoutBias,
      UnaryOperator<Var> byBias) {
    for (KernelChoice kernels : new KernelChoice[] {KernelChoice.SCALAR, KernelChoice.VECTOR}) {
      try (var engine = Engine.of(EngineOptions.defaults().kernels(kernels).threads(2));
          var tape = Tape.open(engine, null)) {
        for (boolean channelsLast : new boolean[] {false, true}) {
          String which = "%s, %s, channels last %s".formatted(dtype, kernels, channelsLast);
          // leaves NaN in the memory of the step that follows
          results(tape, dtype, s, channelsLast, notNumbers(in));
          tape.reset();
          Results found = results(tape, dtype, s, channelsLast, in);
          assertThat(found.values).as(which).isDeepEqualTo(expected);
          assertThat(found.byBias)
              .as(which)
              .isEqualTo(byBias.apply(tape.constant(found.g)).tensor().toDoubles());
          Var image = tape.constant(images(tape, dtype, channelsLast, in[0], s.n, s.c, s.h, s.w));
          Var weight = tape.constant(weights(tape, dtype, s, in[1]));
          Var y = Convolution.conv2d(image, weight, null, s.rows, s.columns, s.groups);
          assertThat(y.tensor().toDoubles()).as(which).isEqualTo(withoutBias);
          tape.reset();
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

  /** Result, gradients by images and weights; the result's gradient; the gradient by the bias. */
  private record Results(double[][] values, Tensor g, double[] byBias) {}

  private static Results results(
      Tape tape, DType dtype, Sizes s, boolean channelsLast, double[][] in) {
    Var image = tape.variable(images(tape, dtype, channelsLast, in[0], s.n, s.c, s.h, s.w));
    Var weight = tape.variable(weights(tape, dtype, s, in[1]));
    Var bias = tape.variable(tensor(tape, dtype, in[2], s.o));
    Var y = Convolution.conv2d(image, weight, bias, s.rows, s.columns, s.groups);
    Tensor g = images(tape, dtype, channelsLast, in[3], s.n, s.o, s.oh(), s.ow());
    tape.backward(y, g);
    double[][] values = {
      y.tensor().toDoubles(), tape.gradient(image).toDoubles(), tape.gradient(weight).toDoubles(),
    };
    return new Results(values, g, tape.gradient(bias).toDoubles());
  }

  private static Tensor weights(Tape tape, DType dtype, Sizes s, double[] values) {
    return tensor(tape, dtype, values, s.o, s.c / s.groups, s.kh(), s.kw());
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
      DType dtype, Sizes s, double[] x, double[] weights, double[] start) {
    double[] y = new double[s.n * s.o * s.positions()];
    for (int at = 0; at < y.length; at++) {
      int i = at % s.positions();
      int output = at / s.positions() % s.o;
      int image = at / s.positions() / s.o;
      y[at] = start[output];
      for (int p = 0; p < s.k(); p++) {
        double pixel = s.pixel(x, image, s.group(output), i, p);
        y[at] = fma(dtype, weights[output * s.k() + p], pixel, y[at]);
      }
    }
    return y;
  }

  private static double[] byImages(DType dtype, Sizes s, double[] weights, double[] g) {
    Sizes t = new Sizes(s.n, s.o, s.c, 1, s.oh(), s.ow(), turned(s.rows), turned(s.columns));
    int window = s.kh() * s.kw();
    double[] turned = new double[weights.length];
    for (int i = 0; i < turned.length; i++) {
      int output = i / window / s.c;
      int channel = i / window % s.c;
      turned[(channel * s.o + output) * window + window - 1 - i % window] = weights[i];
    }
    return forward(dtype, t, g, turned, new double[s.c]);
  }

  private static Window turned(Window w) {
    return w.padding(w.extent() - 1 - w.padding());
  }

  private static double[] byWeights(DType dtype, Sizes s, double[] x, double[] g) {
    int work = Math.max(1, s.o * s.k() * s.positions());
    int group = Math.max(1, Math.max(Math.ceilDiv(s.n, 8), 1_000_000 / work));
    double[] sums = new double[s.o * s.k()];
    for (int first = 0; first < s.n; first += group) {
      for (int at = 0; at < sums.length; at++) {
        double chain = 0;
        for (int image = first; image < Math.min(s.n, first + group); image++) {
          chain = chain(dtype, s, x, g, image, at, chain);
        }
        sums[at] = first == 0 ? chain : add(dtype, sums[at], chain);
      }
    }
    return sums;
  }

  /** Goes on with the gradient by one weight: all windows of an image. */
  private static double chain(
      DType dtype, Sizes s, double[] x, double[] g, int image, int weight, double chain) {
    int output = weight / s.k();
    double acc = chain;
    for (int i = 0; i < s.positions(); i++) {
      double pixel = s.pixel(x, image, s.group(output), i, weight % s.k());
      acc = fma(dtype, g[(image * s.o + output) * s.positions() + i], pixel, acc);
    }
    return acc;
  }

  private static double[] byWeightsOfImages(DType dtype, Sizes s, double[] x, double[] g) {
    double[] sums = new double[s.o * s.k()];
    for (int at = 0; at < sums.length; at++) {
      sums[at] = chain(dtype, s, x, g, 0, at, 0);
      for (int image = 1; image < s.n; image++) {
        sums[at] = add(dtype, sums[at], chain(dtype, s, x, g, image, at, 0));
      }
    }
    return sums;
  }

  private static double[] foldedByImages(DType dtype, Sizes s, double[] weights, double[] g) {
    double[] dx = new double[s.n * s.c * s.h * s.w];
    int outputs = s.o / s.groups;
    for (int image = 0; image < s.n; image++) {
      for (int group = 0; group < s.groups; group++) {
        for (int p = 0; p < s.k(); p++) {
          for (int i = 0; i < s.positions(); i++) {
            int pixel = s.pixel(i, p);
            if (pixel < 0) {
              continue;
            }
            double patch = 0;
            for (int o = group * outputs; o < (group + 1) * outputs; o++) {
              double slope = g[(image * s.o + o) * s.positions() + i];
              patch = fma(dtype, weights[o * s.k() + p], slope, patch);
            }
            int at = s.part(image, group) + pixel;
            dx[at] = add(dtype, dx[at], patch);
          }
        }
      }
    }
    return dx;
  }

  private static double fma(DType dtype, double a, double b, double c) {
    return dtype == DType.F32 ? Math.fma((float) a, (float) b, (float) c) : Math.fma(a, b, c);
  }

  private static double add(DType dtype, double a, double b) {
    return dtype == DType.F32 ? (float) a + (float) b : a + b;
  }

  private static double[] values(DType dtype, int n, long seed) {
    double[] values = new Random(seed).doubles(n, -1, 1).toArray();
    return dtype == DType.F32 ? Arrays.stream(values).map(v -> (float) v).toArray() : values;
  }

  private static Tensor tensor(Tape tape, DType dtype, double[] values, long... shape) {
    return tape.scope().allocate(dtype, Shape.of(shape)).copyFrom(values);
  }
}
