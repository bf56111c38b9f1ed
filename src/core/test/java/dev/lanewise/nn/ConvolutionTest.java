package dev.lanewise.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.autodiff.Derivatives;
import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import dev.lanewise.engine.KernelChoice;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Window;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Patches against their definition, convolution and pooling against plain loops. */
final class ConvolutionTest {

  /** Windows along both axes of an image. */
  private record Case(long h, long w, Window rows, Window columns) {}

  static List<Case> cases() {
    Window three = Window.of(3);
    return List.of(
        new Case(5, 4, Window.of(1), Window.of(1)),
        new Case(6, 7, three, three),
        new Case(6, 7, three.padding(1), Window.of(2).padding(1)),
        new Case(7, 6, three.stride(2).padding(1), Window.of(2).stride(3)),
        new Case(7, 9, three.dilation(2).padding(2), three.dilation(3).stride(2).padding(3)),
        new Case(2, 3, Window.of(5).padding(4).stride(3), Window.of(4).padding(5).stride(5)),
        new Case(5, 5, Window.of(2).stride(4), Window.of(1).stride(3)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void unfoldFollowsItsDefinition(Case c) {
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      try (var tape = Tape.open()) {
        Var x = tape.constant(random(tape, dtype, Shape.of(2, 3, c.h, c.w)));
        Tensor patches = x.unfold(c.rows, c.columns, -7).tensor();
        assertThat(patches.shape()).isEqualTo(patchShape(c));
        double[] found = patches.toDoubles();
        double[] image = x.tensor().toDoubles();
        forEach(
            c, (patch, pixel) -> assertThat(found[patch]).isEqualTo(pixel < 0 ? -7 : image[pixel]));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void foldIsTheTranspose(Case c) {
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      try (var tape = Tape.open()) {
        Var patches = tape.constant(random(tape, dtype, patchShape(c)));
        double[] values = patches.tensor().toDoubles();
        double[] expected = new double[(int) (6 * c.h * c.w)];
        forEach(
            c,
            (patch, pixel) -> {
              if (pixel >= 0) {
                expected[pixel] += values[patch];
              }
            });
        double[] found = patches.fold(c.rows, c.columns, c.h, c.w).tensor().toDoubles();
        assertThat(found).containsExactly(expected, within(dtype == DType.F32 ? 1e-5 : 1e-13));
      }
    }
  }

  /** Those whose padding pooling allows. */
  static List<Case> usualCases() {
    return cases().stream()
        .filter(c -> 2 * c.rows.padding() <= c.rows.extent())
        .filter(c -> 2 * c.columns.padding() <= c.columns.extent())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("usualCases")
  void derivatives(Case c) {
    Shape image = Shape.of(1, 2, c.h, c.w);
    Shape weight = Shape.of(4, 1, c.rows.kernel(), c.columns.kernel());
    Derivatives.check(
        "conv2d",
        in -> List.of(Convolution.conv2d(in[0], in[1], in[2], c.rows, c.columns, 2)),
        image,
        weight,
        Shape.of(4));
    Derivatives.check(
        "conv2d without groups",
        in -> List.of(Convolution.conv2d(in[0], in[1], in[2], c.rows, c.columns, 1)),
        image,
        Shape.of(3, 2, c.rows.kernel(), c.columns.kernel()),
        Shape.of(3));
    Derivatives.check(
        "conv_transpose2d",
        in -> List.of(Convolution.convTranspose2d(in[0], in[1], in[2], c.rows, c.columns, 0, 2)),
        Shape.of(1, 4, c.rows.count(c.h), c.columns.count(c.w)),
        weight,
        Shape.of(2));
    Derivatives.check(
        "pooling",
        in ->
            List.of(
                Convolution.maxPool2d(in[0], c.rows, c.columns).square(),
                Convolution.avgPool2d(in[0], c.rows, c.columns, true).square(),
                Convolution.avgPool2d(in[0], c.rows, c.columns, false).square()),
        image);
  }

  @Test
  void paddingThatDoesNotCountLeavesTheMeanOfTheRest() {
    try (var tape = Tape.open()) {
      Var x = tape.constant(tape.scope().of(new double[] {1, 2, 3, 4}, 1, 1, 2, 2));
      Window window = Window.of(2).padding(1).stride(2);
      double[] without = Convolution.avgPool2d(x, window, window, false).tensor().toDoubles();
      assertThat(without).containsExactly(1, 2, 3, 4);
      double[] with = Convolution.avgPool2d(x, window, window, true).tensor().toDoubles();
      assertThat(with).containsExactly(0.25, 0.5, 0.75, 1);
      double[] negative = Convolution.maxPool2d(x.neg(), window, window).tensor().toDoubles();
      assertThat(negative).containsExactly(-1, -2, -3, -4);
    }
  }

  @Test
  void theSameBitsOnAnyKernelsAndThreads() {
    double[][] one = largeGradients(KernelChoice.SCALAR, 1);
    assertThat(largeGradients(KernelChoice.VECTOR, 1)).isDeepEqualTo(one);
    assertThat(largeGradients(KernelChoice.VECTOR, 3)).isDeepEqualTo(one);
  }

  private static double[][] largeGradients(KernelChoice kernels, int threads) {
    try (var engine = Engine.of(EngineOptions.defaults().kernels(kernels).threads(threads));
        var tape = Tape.open(engine, null)) {
      Var x = tape.variable(random(tape, DType.F32, Shape.of(11, 4, 28, 28)));
      Var w = tape.variable(random(tape, DType.F32, Shape.of(9, 4, 3, 3)));
      Var b = tape.variable(random(tape, DType.F32, Shape.of(9)));
      Window window = Window.of(3).padding(1);
      Var y = Convolution.conv2d(x, w, b, window, window, 1);
      tape.backward(Convolution.maxPool2d(y, Window.of(2).stride(2), window).square().sum());
      return new double[][] {
        tape.gradient(x).toDoubles(), tape.gradient(w).toDoubles(), tape.gradient(b).toDoubles()
      };
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (var tape = Tape.open()) {
      Var x = tape.constant(tape.scope().of(new double[8], 1, 2, 2, 2));
      Var w = tape.constant(tape.scope().of(new double[9], 1, 1, 3, 3));
      Window three = Window.of(3);
      assertThatExceptionOfType(ShapeException.class)
          .isThrownBy(() -> Convolution.conv2d(x, w, null, three, three, 1))
          .withMessage(
              "conv2d: input [1, 2, 2, 2], weight [out, in / groups, kh, kw] = [1, 1, 3, 3]"
                  + " and 1 groups do not fit");
      assertThatExceptionOfType(ShapeException.class)
          .isThrownBy(() -> Convolution.maxPool2d(x, three, three))
          .withMessage(
              "window: an axis of 2 elements with padding 0 is shorter than a window of 3");
      assertThatExceptionOfType(ShapeException.class)
          .isThrownBy(() -> Convolution.maxPool2d(x, three.padding(2), three))
          .withMessage("max_pool2d: padding 2 is more than half of a window of 3");
      assertThatExceptionOfType(ShapeException.class)
          .isThrownBy(() -> three.padding(2).length(1))
          .withMessage("window: 1 windows of 3 with stride 1 cover nothing but padding 2");
      assertThatExceptionOfType(ShapeException.class)
          .isThrownBy(() -> three.stride(0))
          .withMessageStartingWith("window: kernel, stride and dilation must be at least 1");
      assertThatExceptionOfType(ShapeException.class)
          .isThrownBy(() -> x.reshape(1, 1, 2, 2, 2, 1).fold(Window.of(2), Window.of(2), 3, 3))
          .withMessage(
              "fold: patches of 3 x 3 images are [1, 1, 2, 2, 2, 2], found [1, 1, 2, 2, 2, 1]");
    }
  }

  private static Shape patchShape(Case c) {
    return Shape.of(
        2, 3, c.rows.kernel(), c.columns.kernel(), c.rows.count(c.h), c.columns.count(c.w));
  }

  private interface Visitor {
    void visit(int patch, int pixel);
  }

  /** Visits every element of the patches with its pixel, -1 for padding. */
  private static void forEach(Case c, Visitor visitor) {
    int patch = 0;
    for (long plane = 0; plane < 6; plane++) {
      for (long ky = 0; ky < c.rows.kernel(); ky++) {
        for (long kx = 0; kx < c.columns.kernel(); kx++) {
          for (long oy = 0; oy < c.rows.count(c.h); oy++) {
            for (long ox = 0; ox < c.columns.count(c.w); ox++) {
              long y = oy * c.rows.stride() + ky * c.rows.dilation() - c.rows.padding();
              long x = ox * c.columns.stride() + kx * c.columns.dilation() - c.columns.padding();
              boolean inside = y >= 0 && y < c.h && x >= 0 && x < c.w;
              visitor.visit(patch++, inside ? (int) ((plane * c.h + y) * c.w + x) : -1);
            }
          }
        }
      }
    }
  }

  private static Tensor random(Tape tape, DType dtype, Shape shape) {
    double[] values = new Random(6).doubles(shape.size(), -1, 1).toArray();
    return tape.scope().allocate(dtype, shape).copyFrom(values);
  }
}
