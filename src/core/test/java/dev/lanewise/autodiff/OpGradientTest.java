package dev.lanewise.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.lanewise.internal.op.Elementwise;
import dev.lanewise.internal.op.Moves;
import dev.lanewise.internal.op.Op;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of every op that is no row of a table, of first and second order. */
final class OpGradientTest {

  private record Case(String name, GradCheck.Function f, Shape... shapes) {
    @Override
    public String toString() {
      return name + Arrays.toString(shapes);
    }
  }

  private static final int[][] AXES = {{}, {0}, {1}, {-1}, {0, 1}, {1, 2}, {2, 0}, {0, 1, 2}};

  private static Shape shape(long... dims) {
    return Shape.of(dims);
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    reductions(cases);
    products(cases);
    softmax(cases);
    views(cases);
    moves(cases);
    indexing(cases);
    patches(cases);
    networks(cases);
    return cases;
  }

  private static void reductions(List<Case> cases) {
    Shape box = shape(3, 2, 4);
    for (int[] axes : AXES) {
      for (boolean keepdim : new boolean[] {false, true}) {
        String how = Arrays.toString(axes) + (keepdim ? " kept" : "");
        cases.add(new Case("sum" + how, (tape, in) -> in[0].sum(keepdim, axes), box));
        cases.add(new Case("amax" + how, (tape, in) -> in[0].amax(keepdim, axes), box));
        cases.add(new Case("amin" + how, (tape, in) -> in[0].amin(keepdim, axes), box));
        cases.add(new Case("logsumexp" + how, (tape, in) -> in[0].logsumexp(keepdim, axes), box));
      }
      String how = Arrays.toString(axes);
      cases.add(new Case("mean" + how, (tape, in) -> in[0].mean(axes), box));
      cases.add(new Case("var" + how, (tape, in) -> in[0].var(1, false, axes), box));
      cases.add(new Case("norm" + how, (tape, in) -> in[0].norm(false, axes), box));
    }
    cases.add(new Case("sum of a scalar", (tape, in) -> in[0].sum(), shape()));
    cases.add(new Case("sum of many rows", (tape, in) -> in[0].sum(0), shape(131, 2)));
    cases.add(new Case("amax of a view", (tape, in) -> in[0].transpose().amax(false, 0), box));
  }

  private static void networks(List<Case> cases) {
    Window rows = Window.of(3).padding(1);
    Window columns = Window.of(2).dilation(2);
    cases.add(
        new Case(
            "conv2d",
            (tape, in) -> in[0].conv2d(in[1], in[2], rows, columns),
            shape(2, 2, 4, 5),
            shape(3, 2, 3, 2),
            shape(3)));
    cases.add(
        new Case(
            "conv2d and max_pool2d",
            (tape, in) -> in[0].conv2dMaxPool2x2(in[1], in[2], rows, columns).square(),
            shape(2, 2, 4, 5),
            shape(8, 2, 3, 2),
            shape(8)));
    cases.add(new Case("max_pool2d", (tape, in) -> in[0].maxPool2x2().square(), shape(1, 2, 5, 4)));
    for (boolean causal : new boolean[] {false, true}) {
      cases.add(
          new Case(
              "attention, causal " + causal,
              (tape, in) -> in[0].selfAttention(2, causal),
              shape(2, 3, 12)));
    }
    cases.add(
        new Case(
            "layer_norm",
            (tape, in) -> in[0].layerNorm(in[1], in[2], 1e-3),
            shape(2, 3, 4),
            shape(4),
            shape(4)));
  }

  private static void products(List<Case> cases) {
    Shape[][] pairs = {
      {shape(3, 4), shape(4, 2)},
      {shape(2, 3, 4), shape(2, 4, 2)},
      {shape(2, 1, 3, 4), shape(3, 4, 2)},
      {shape(3, 4), shape(2, 4, 2)},
      {shape(4), shape(4, 2)},
      {shape(3, 4), shape(4)},
      {shape(4), shape(4)},
      {shape(2, 3, 4), shape(4)},
      {shape(1, 1), shape(1, 1)},
      {shape(3, 0), shape(0, 2)}
    };
    for (Shape[] pair : pairs) {
      cases.add(new Case("matmul", (tape, in) -> in[0].matmul(in[1]), pair));
    }
    cases.add(
        new Case(
            "matmul of transposed",
            (tape, in) -> in[0].transpose().matmul(in[1].transpose()),
            shape(4, 3),
            shape(2, 4)));
    cases.add(new Case("gram", (tape, in) -> in[0].matmul(in[0].transpose()), shape(3, 4)));
    for (Shape x : List.of(shape(3, 4), shape(2, 3, 4), shape(4))) {
      cases.add(
          new Case("linear", (tape, in) -> in[0].linear(in[1], in[2]), x, shape(2, 4), shape(2)));
    }
  }

  private static void softmax(List<Case> cases) {
    for (int axis : new int[] {0, 1, -1}) {
      Shape box = shape(3, 2, 4);
      cases.add(new Case("softmax " + axis, (tape, in) -> in[0].softmax(axis), box));
      cases.add(new Case("log_softmax " + axis, (tape, in) -> in[0].logSoftmax(axis), box));
    }
    for (double smoothing : new double[] {0, 0.1}) {
      cases.add(
          new Case(
              "cross_entropy " + smoothing,
              (tape, in) ->
                  in[0].crossEntropy(
                      tape.constant(tape.scope().of(new int[] {2, 0, 4})), smoothing),
              shape(3, 5)));
    }
  }

  private static void views(List<Case> cases) {
    Shape box = shape(3, 2, 4);
    cases.add(new Case("permute", (tape, in) -> in[0].permute(2, 0, 1), box));
    cases.add(new Case("permute", (tape, in) -> in[0].permute(-1, 0, 1).square(), box));
    cases.add(new Case("transpose", (tape, in) -> in[0].transpose(), box));
    cases.add(new Case("reshape", (tape, in) -> in[0].reshape(4, -1), box));
    cases.add(new Case("reshape of a view", (tape, in) -> in[0].transpose().reshape(6, 4), box));
    cases.add(new Case("flatten", (tape, in) -> in[0].flatten(1), box));
    cases.add(new Case("expand", (tape, in) -> in[0].expand(shape(5, 3, 2, 4)), shape(3, 1, 4)));
    cases.add(new Case("slice", (tape, in) -> in[0].slice(2, 1, 3).square(), box));
    cases.add(new Case("empty slice", (tape, in) -> in[0].slice(1, 1, 1).sum(), box));
  }

  private static void moves(List<Case> cases) {
    long[][] pads = {{1, 0}, {0, 2}};
    cases.add(new Case("pad", (tape, in) -> in[0].pad(pads, 0.5).square(), shape(2, 3)));
    cases.add(
        new Case(
            "concat",
            (tape, in) -> in[0].concat(-1, in[1], in[0]).square(),
            shape(2, 3),
            shape(2, 1)));
    cases.add(new Case("stack", (tape, in) -> in[0].stack(1, in[1]), shape(2, 3), shape(2, 3)));
    cases.add(new Case("dropout", (tape, in) -> in[0].dropout(0.4, 7).square(), shape(5, 5)));
  }

  private static void indexing(List<Case> cases) {
    Shape box = shape(3, 2, 4);
    for (int axis = 0; axis < 3; axis++) {
      int a = axis;
      cases.add(
          new Case(
              "index_select " + a,
              (tape, in) -> in[0].indexSelect(a, tape.scope().of(new long[] {1, 0, 1, 1})).square(),
              box));
      cases.add(
          new Case(
              "gather " + a,
              (tape, in) -> {
                Shape index = box.with(a, 2);
                int[] values = new int[(int) index.size()];
                Arrays.setAll(values, i -> (i * 7 + i / 3) % (int) box.dim(a));
                return in[0]
                    .gather(a, tape.scope().allocate(DType.I32, index).copyFrom(values))
                    .square();
              },
              box));
      cases.add(new Case("cumsum " + a, (tape, in) -> in[0].cumsum(a).square(), box));
    }
  }

  private static void patches(List<Case> cases) {
    Window rows = Window.of(3).stride(2).padding(1);
    Window columns = Window.of(2).dilation(2);
    cases.add(
        new Case(
            "unfold", (tape, in) -> in[0].unfold(rows, columns, 0.5).square(), shape(2, 2, 5, 4)));
    cases.add(
        new Case(
            "fold",
            (tape, in) -> in[0].fold(rows, columns, 5, 4).square(),
            shape(2, 2, 3, 2, 3, 2)));
  }

  /**
   * Elementwise ops have a table of their own, constant ones no gradient, and casts are below the
   * resolution of differences: their test is below.
   */
  @Test
  void everyOpIsInACaseOrInTheGradientOfOne() {
    Set<String> all = new TreeSet<>();
    for (JavaClass type : new ClassFileImporter().importPackages(Op.class.getPackageName())) {
      boolean concrete =
          !type.isInterface() && !type.getModifiers().contains(JavaModifier.ABSTRACT);
      if (concrete
          && type.isAssignableTo(Op.class)
          && !type.isAssignableTo(Op.Constant.class)
          && !type.isEquivalentTo(Elementwise.class)
          && !type.isEquivalentTo(Moves.Cast.class)) {
        all.add(type.getName());
      }
    }
    Set<String> seen = new TreeSet<>();
    for (Case c : cases()) {
      try (var tape = Tape.open()) {
        Var[] in =
            Arrays.stream(c.shapes)
                .map(s -> tape.variable(tape.scope().allocate(DType.F64, s).fill(0.5)))
                .toArray(Var[]::new);
        Var result = c.f.of(tape, in);
        collect(result, seen);
        tape.gradients(result, in).forEach(gradient -> collect(gradient, seen));
      }
    }
    assertThat(all).isNotEmpty();
    assertThat(seen).containsAll(all);
  }

  private static void collect(Var v, Set<String> ops) {
    if (v.op != null) {
      ops.add(v.op.getClass().getName());
      for (Var in : v.in) {
        collect(in, ops);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreThoseOfTheFunction(Case c) {
    Derivatives.check(c.name, -2, 2, c.f, c.shapes);
  }

  @Test
  void castsCarryGradientsBackInTheirOwnType() {
    try (var tape = Tape.open()) {
      Var x = tape.variable(tape.scope().of(new float[] {1, 2, 3}));
      Var y = x.cast(DType.F64).mul(0.1).cast(DType.F32);
      tape.backward(y.sum());
      assertThat(y.dtype()).isEqualTo(DType.F32);
      assertThat(tape.gradient(x).dtype()).isEqualTo(DType.F32);
      assertThat(tape.gradient(x).toFloats()).containsOnly(0.1f);
      Var indices = x.cast(DType.I32);
      assertThat(tape.gradients(indices.cast(DType.F32).sum(), x).getFirst().tensor().toFloats())
          .containsOnly(0f);
    }
  }

  @Test
  void logsumexpOfNothingPossibleIsMinusInfinityWithoutSlope() {
    double never = Double.NEGATIVE_INFINITY;
    try (var tape = Tape.open()) {
      Var x = tape.variable(tape.scope().of(new double[] {never, never, 1, never}, 2, 2));
      Var y = x.logsumexp(false, 1);
      tape.backward(y, tape.scope().of(new double[] {1, 1}, 2));
      assertThat(y.tensor().toDoubles()).containsExactly(never, 1);
      assertThat(tape.gradient(x).toDoubles()).containsExactly(0, 0, 1, 0);
    }
  }

  @Test
  void normsAndPowersHaveASlopeAtZero() {
    try (var tape = Tape.open()) {
      Var x = tape.variable(tape.scope().of(new double[] {0, 0}, 2));
      tape.backward(x.norm(false));
      assertThat(tape.gradient(x).toDoubles()).containsExactly(0, 0);
      tape.backward(x.pow(2).sum());
      assertThat(tape.gradient(x).toDoubles()).containsExactly(0, 0);
      tape.backward(x.pow(1).sum());
      assertThat(tape.gradient(x).toDoubles()).containsExactly(1, 1);
    }
  }

  @Test
  void theExtremesThatTieShareTheGradient() {
    try (var tape = Tape.open()) {
      Var x = tape.variable(tape.scope().of(new double[] {1, 3, 3, 2, 3, 1}, 2, 3));
      tape.backward(x.amax(false).sum());
      assertThat(tape.gradient(x).toDoubles()).containsExactly(0, 1.0 / 3, 1.0 / 3, 0, 1.0 / 3, 0);
      tape.backward(x.amin(false, 1).sum());
      assertThat(tape.gradient(x).toDoubles()).containsExactly(1, 0, 0, 0, 0, 1);
    }
  }
}
