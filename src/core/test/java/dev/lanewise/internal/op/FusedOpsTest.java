package dev.lanewise.internal.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import dev.lanewise.engine.KernelChoice;
import dev.lanewise.nn.Functional;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ops that do in one pass what others do in many: the same numbers, gradients of their own that
 * agree with those for higher derivatives, and the same bits on any kernels and threads.
 */
final class FusedOpsTest {

  private record Case(
      String name, Function<Var[], Var> fused, Function<Var[], Var> plain, Shape... shapes) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (long[] s : new long[][] {{2, 7, 30, 5}, {1, 1, 6, 1}, {5, 67, 96, 4}, {3, 40, 36, 3}}) {
      for (boolean causal : new boolean[] {false, true}) {
        Shape shape = Shape.of(s[0], s[1], s[2]);
        long heads = s[3];
        cases.add(
            new Case(
                "attention of " + shape + (causal ? ", causal" : ""),
                in -> in[0].selfAttention(heads, causal),
                in -> attention(in[0], heads, causal),
                shape));
      }
    }
    for (long[] s : new long[][] {{3, 5}, {300, 128}, {2, 1}, {7, 33}}) {
      Shape row = Shape.of(s[1]);
      cases.add(
          new Case(
              "layer_norm of rows of " + s[1],
              in -> in[0].layerNorm(in[1], in[2], 1e-5),
              in -> layerNorm(in[0], in[1], in[2]),
              Shape.of(2, s[0], s[1]),
              row,
              row));
    }
    return cases;
  }

  private static Var attention(Var rows, long heads, boolean causal) {
    Shape s = rows.shape();
    long e = s.dim(2) / 3;
    Var[] parts = new Var[3];
    for (int i = 0; i < 3; i++) {
      parts[i] =
          rows.slice(2, i * e, (i + 1) * e)
              .reshape(s.dim(0), s.dim(1), heads, e / heads)
              .permute(0, 2, 1, 3);
    }
    return Functional.scaledDotProductAttention(parts[0], parts[1], parts[2], null, causal)
        .permute(0, 2, 1, 3)
        .reshape(s.dim(0), s.dim(1), e);
  }

  private static Var layerNorm(Var x, Var weight, Var bias) {
    Var distance = x.sub(x.mean(true, -1));
    Var width = distance.square().mean(true, -1).add(1e-5).rsqrt();
    return distance.mul(width).mul(weight).add(bias);
  }

  /** The result and the gradients. */
  private static List<double[]> results(
      Tape tape, DType dtype, Case c, Function<Var[], Var> function, boolean recorded) {
    tape.reset();
    Var[] in = new Var[c.shapes.length];
    for (int i = 0; i < in.length; i++) {
      double[] values = new Random(i).doubles(c.shapes[i].size(), -1, 1).toArray();
      in[i] = tape.variable(tape.scope().allocate(dtype, c.shapes[i]).copyFrom(values));
    }
    Var y = function.apply(in);
    double[] weights = new Random(9).doubles(y.shape().size(), -1, 1).toArray();
    Var w = tape.constant(tape.scope().allocate(dtype, y.shape()).copyFrom(weights));
    Var loss = y.mul(w).sum();
    List<double[]> found = new ArrayList<>();
    found.add(y.tensor().toDoubles());
    if (recorded) {
      tape.gradients(loss, in).forEach(g -> found.add(g.tensor().toDoubles()));
    } else {
      tape.backward(loss);
      for (Var v : in) {
        found.add(tape.gradient(v).toDoubles());
      }
    }
    return found;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithItsParts(Case c) {
    try (var tape = Tape.open()) {
      List<double[]> expected = results(tape, DType.F64, c, c.plain, false);
      for (boolean recorded : new boolean[] {false, true}) {
        List<double[]> found = results(tape, DType.F64, c, c.fused, recorded);
        for (int i = 0; i < expected.size(); i++) {
          assertThat(found.get(i))
              .as("%d, recorded %s", i, recorded)
              .containsExactly(expected.get(i), within(1e-9));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void hasTheSameBitsEverywhere(Case c) {
    double[][] expected = null;
    for (KernelChoice kernels : new KernelChoice[] {KernelChoice.SCALAR, KernelChoice.VECTOR}) {
      for (int threads = 1; threads <= 3; threads += 2) {
        try (var engine = Engine.of(EngineOptions.defaults().kernels(kernels).threads(threads));
            var tape = Tape.open(engine, null)) {
          double[][] found = results(tape, DType.F32, c, c.fused, false).toArray(double[][]::new);
          expected = expected == null ? found : expected;
          assertThat(found).as("%s, %d threads", kernels, threads).isDeepEqualTo(expected);
        }
      }
    }
  }

  /** What follows changes nothing, not even as NaN once it begins a group of rows. */
  @ParameterizedTest
  @CsvSource({"37, 7", "32, -1e30", "32, NaN"})
  void causalAttentionSeesNothingAhead(int position, double change) {
    Shape shape = Shape.of(1, 50, 12);
    double[] values = new Random(4).doubles(shape.size(), -1, 1).toArray();
    double[] changed = values.clone();
    Arrays.fill(changed, position * 12, changed.length, change);
    try (var tape = Tape.open()) {
      double[] expected = causal(tape, shape, values);
      double[] found = causal(tape, shape, changed);
      assertThat(Arrays.copyOf(found, position * 4))
          .isEqualTo(Arrays.copyOf(expected, position * 4));
      assertThat(found[position * 4]).isNotEqualTo(expected[position * 4]);
    }
  }

  private static double[] causal(Tape tape, Shape shape, double[] values) {
    Var rows = tape.constant(tape.scope().allocate(DType.F32, shape).copyFrom(values));
    return rows.selfAttention(2, true).tensor().toDoubles();
  }
}
