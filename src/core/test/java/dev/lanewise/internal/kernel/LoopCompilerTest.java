package dev.lanewise.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.lanewise.internal.op.Elementwise;
import dev.lanewise.internal.op.ElementwiseTable;
import dev.lanewise.internal.op.Op;
import dev.lanewise.internal.op.Pull;
import dev.lanewise.internal.op.Value;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compiled elementwise loops against the interpreter, bit for bit. */
final class LoopCompilerTest {

  /** What is compiled: every row of the op table, its gradients, and trees of several ops. */
  private record Case(String name, Expr expression, double... params) {
    Case(Elementwise op) {
      this(op.name(), op.expression(), op.params());
    }
  }

  private static final int CANARY_BYTES = 64;
  private static final byte CANARY = 0x5a;

  /** Prime, and a few vectors of every width. */
  private static final int LENGTH = 149;

  private static final int BROADCAST_LENGTH = 19;

  private static final int[] LENGTHS = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 37, LENGTH};

  private static final List<Case> CASES = cases();

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (ElementwiseTable.Row row : ElementwiseTable.rows()) {
      Elementwise op = row.op();
      cases.add(new Case(op));
      for (Elementwise gradient : gradients(op)) {
        cases.add(new Case(gradient));
        gradients(gradient).stream().limit(1).map(Case::new).forEach(cases::add);
      }
    }
    Expr x = Expr.input(0);
    Expr y = Expr.input(1);
    Expr z = Expr.input(2);
    Expr biased = x.add(y);
    cases.add(new Case("bias + gelu", Functions.geluErf(biased)));
    cases.add(new Case("shared", biased.mul(biased).sub(biased.abs().sqrt()).div(biased)));
    cases.add(new Case("params", x.fma(Expr.param(1), y.mul(Expr.param(0))), 0.1, 1e-3));
    cases.add(new Case("adam", z.sub(x.mul(Expr.param(0)).div(y.abs().sqrt().add(1e-8))), 1e-3));
    cases.add(new Case("clip", x.copySign(y).min(z.max(Expr.constant(-1)))));
    cases.add(new Case("choose", x.ifLess(y, z.ifEqual(x, y, x.neg()), y.ifAtMost(z, x, z))));
    cases.add(new Case("constant", Expr.constant(0.1)));
    return List.copyOf(cases);
  }

  private static List<Elementwise> gradients(Elementwise op) {
    Value any = new Placeholder();
    Value[] in = new Value[op.arity()];
    Arrays.fill(in, any);
    List<Elementwise> found = new ArrayList<>();
    for (Pull pull : op.gradient(in, any, any)) {
      if (pull != null && pull.op() instanceof Elementwise gradient) {
        found.add(gradient);
      }
    }
    return found;
  }

  /** Gradient rules of elementwise ops only pass values on. */
  private record Placeholder() implements Value {
    @Override
    public Shape shape() {
      return Shape.scalar();
    }

    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public boolean isRecorded() {
      return false;
    }

    @Override
    public Value apply(Op op, Value... others) {
      return this;
    }
  }

  /** The scalar loop and those of every width this process may use. */
  private static int[] widths() {
    return IntStream.of(LoopCompiler.SCALAR, 128, 256, 512).filter(b -> b <= Lanes.BITS).toArray();
  }

  /** Special values first in every combination, then ordinary ones. */
  private static double[][] inputs(Precision p, int count) {
    double[] specials = specials(p);
    var random = new Random(42);
    double[][] in = new double[count][LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      for (int k = 0; k < count; k++) {
        boolean ordinary = k == 0 ? i >= specials.length : random.nextInt(3) == 0;
        in[k][i] =
            p.round(
                ordinary
                    ? random.nextGaussian() * Math.scalb(1.0, random.nextInt(12) - 6)
                    : specials[k == 0 ? i : random.nextInt(specials.length)]);
      }
    }
    return in;
  }

  private static double[] specials(Precision p) {
    boolean single = p == Precision.F32;
    double tiny = single ? Float.MIN_VALUE : Double.MIN_VALUE;
    double normal = single ? Float.MIN_NORMAL : Double.MIN_NORMAL;
    double huge = single ? Float.MAX_VALUE : Double.MAX_VALUE;
    double ulp = single ? Math.ulp(1f) : Math.ulp(1.0);
    double[] positive = {
      0,
      tiny,
      3 * tiny,
      normal - tiny,
      normal,
      normal * 3,
      ulp,
      1 - ulp / 2,
      1,
      1 + ulp,
      0.5,
      1.5,
      2,
      2.5,
      3,
      Math.PI,
      9,
      17,
      25,
      87,
      88.8,
      104,
      709,
      746,
      1e5,
      0x1p24,
      1e9,
      Math.sqrt(huge),
      huge / 2,
      huge,
      Double.POSITIVE_INFINITY
    };
    return DoubleStream.concat(
            DoubleStream.concat(
                Arrays.stream(positive), Arrays.stream(positive).map(value -> -value)),
            DoubleStream.of(Double.NaN))
        .toArray();
  }

  @ParameterizedTest
  @EnumSource
  void everyLoopHasTheBitsOfTheInterpreter(Precision p) {
    try (Arena arena = Arena.ofConfined()) {
      for (Case c : CASES) {
        double[][] in = inputs(p, c.expression.inputs());
        double[] expected = evaluate(c, p, in, 0);
        for (int bits : widths()) {
          Loop loop = new Loop(arena, c, p, bits, 0);
          for (int n : LENGTHS) {
            loop.check(in, expected, 0, n, -1);
          }
          loop.check(in, expected, 3, LENGTH - 3, -1);
          for (int k = 0; k < in.length; k++) {
            loop.check(in, expected, 0, LENGTH, k);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyBroadcastHasTheBitsOfTheInterpreter(Precision p) {
    try (Arena arena = Arena.ofConfined()) {
      for (Case c : CASES) {
        double[][] in = inputs(p, c.expression.inputs());
        for (double[] values : in) {
          values[0] = p.round(1.7);
        }
        long all = (1L << in.length) - 1;
        // gradients repeat the shapes of the rows: two masks will do
        for (long broadcast = 1; broadcast <= all; broadcast++) {
          if (c.name.contains("'") && broadcast != 1 && broadcast != all) {
            continue;
          }
          double[] expected = evaluate(c, p, in, broadcast);
          for (int bits : widths()) {
            new Loop(arena, c, p, bits, broadcast).check(in, expected, 0, BROADCAST_LENGTH, -1);
          }
        }
      }
    }
  }

  private static double[] evaluate(Case c, Precision p, double[][] in, long broadcast) {
    double[] result = new double[LENGTH];
    double[] at = new double[in.length];
    Expr expanded = c.expression.expand(p);
    for (int i = 0; i < (broadcast == 0 ? LENGTH : BROADCAST_LENGTH); i++) {
      for (int k = 0; k < at.length; k++) {
        at[k] = in[k][(broadcast >>> k & 1) == 0 ? i : 0];
      }
      result[i] = expanded.evaluate(p, at, c.params);
    }
    return result;
  }

  /** A compiled loop with memory for its operands. */
  private static final class Loop {
    private final Case c;
    private final Precision p;
    private final String name;
    private final long broadcast;
    private final MapLoop loop;
    private final MemorySegment[] operands;

    Loop(Arena arena, Case c, Precision p, int bits, long broadcast) {
      this.c = c;
      this.p = p;
      this.broadcast = broadcast;
      name = "%s %s, %d bits, broadcast %s".formatted(c.name, p, bits, Long.toString(broadcast, 2));
      loop = LoopCompiler.map(p, bits, broadcast, c.expression);
      operands = new MemorySegment[c.expression.inputs() + 1];
      for (int k = 0; k < operands.length; k++) {
        operands[k] = arena.allocate(2 * CANARY_BYTES + (long) LENGTH * p.bytes(), 64);
      }
    }

    private long address(int operand) {
      return operands[operand].address() + CANARY_BYTES;
    }

    /**
     * Elements from to from + n; {@code inPlace} is the input that the output overwrites, or -1.
     */
    void check(double[][] in, double[] expected, int from, int n, int inPlace) {
      int out = inPlace >= 0 ? inPlace : in.length;
      long[] at = new long[in.length + 1];
      for (int k = 0; k <= in.length; k++) {
        operands[k].fill(CANARY);
        at[k] = address(k == in.length ? out : k);
      }
      for (int k = 0; k < in.length; k++) {
        for (int i = 0; i < ((broadcast >>> k & 1) == 0 ? from + n : 1); i++) {
          Memory.put(p, address(k) + (long) i * p.bytes(), in[k][i]);
        }
      }
      byte[] before = bytes(out, 0, CANARY_BYTES + (long) from * p.bytes());
      loop.run(at, c.params, from, n);
      for (int i = from; i < from + n; i++) {
        double actual = Memory.get(p, address(out) + (long) i * p.bytes());
        if (Double.doubleToLongBits(actual) != Double.doubleToLongBits(expected[i])) {
          int element = i;
          fail(
              "%s, n = %d, in place %d, element %d of %s: %s, expected %s",
              name,
              n,
              inPlace,
              i,
              Arrays.toString(
                  IntStream.range(0, in.length)
                      .mapToDouble(k -> in[k][(broadcast >>> k & 1) == 0 ? element : 0])
                      .toArray()),
              actual,
              expected[i]);
        }
      }
      assertThat(bytes(out, 0, before.length)).as(name).isEqualTo(before);
      long end = CANARY_BYTES + (long) (from + n) * p.bytes();
      byte[] untouched = new byte[(int) (operands[out].byteSize() - end)];
      Arrays.fill(untouched, CANARY);
      assertThat(bytes(out, end, operands[out].byteSize())).as(name).isEqualTo(untouched);
    }

    private byte[] bytes(int operand, long from, long to) {
      return operands[operand].asSlice(from, to - from).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /** Two inputs by rows, of different steps, one of them a single element per row; gaps stay. */
  @ParameterizedTest
  @EnumSource
  void everyRowIsComputedAsIfItWereAlone(Precision p) {
    Expr expression = Expr.input(0).sub(Expr.input(1)).mul(Expr.input(2)).add(Expr.param(0));
    int rows = 4;
    int gap = 5;
    double[] params = {p.round(0.1)};
    for (int n : new int[] {0, 1, 15, 16, 37}) {
      double[][] in = inputs(p, 3);
      for (int bits : widths()) {
        MapLoop loop = LoopCompiler.map(p, bits, 2, expression);
        try (Arena arena = Arena.ofConfined()) {
          long bytes = p.bytes();
          long[] at = new long[4];
          for (int k = 0; k < at.length; k++) {
            at[k] = arena.allocate(2L * LENGTH * bytes, 64).address();
            for (int i = 0; i < 2 * LENGTH; i++) {
              Memory.put(p, at[k] + i * bytes, k < 3 ? in[k][i % LENGTH] : 7);
            }
          }
          long[] steps = {n * bytes, bytes, 0, (n + gap) * bytes};
          loop.run(at, steps, params, 1, n, rows);
          for (int r = 0; r < rows; r++) {
            for (int i = 1; i <= n + gap; i++) {
              double[] x = {in[0][(r * n + i) % LENGTH], in[1][r], in[2][i]};
              double expected = i <= n ? expression.evaluate(p, x, params) : 7;
              assertThat(Memory.get(p, at[3] + (r * (n + gap) + i) * bytes))
                  .as("row %d, element %d of %d, %d bits", r, i, n, bits)
                  .isEqualTo((Double) expected);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void severalOutputsAreComputedBeforeAnyIsStored(Precision p) {
    Expr x = Expr.input(0);
    Expr y = Expr.input(1);
    for (int bits : widths()) {
      MapLoop swap = LoopCompiler.map(p, bits, 0, y.add(x), x.sub(y));
      try (Arena arena = Arena.ofConfined()) {
        long a = arena.allocate(LENGTH * 8L, 64).address();
        long b = arena.allocate(LENGTH * 8L, 64).address();
        for (int i = 0; i < LENGTH; i++) {
          Memory.put(p, a + (long) i * p.bytes(), i);
          Memory.put(p, b + (long) i * p.bytes(), 2 * i);
        }
        swap.run(new long[] {a, b, a, b}, new double[0], 0, LENGTH);
        for (int i = 0; i < LENGTH; i++) {
          assertThat(Memory.get(p, a + (long) i * p.bytes())).isEqualTo(3.0 * i);
          assertThat(Memory.get(p, b + (long) i * p.bytes())).isEqualTo(-1.0 * i);
        }
      }
    }
  }

  @Test
  void aSetCompilesEqualExpressionsOnce() {
    Kernels kernels = Kernels.vector();
    Expr one = Functions.EXP.of(Expr.input(0).mul(Expr.input(1)));
    Expr same = Functions.EXP.of(Expr.input(0).mul(Expr.input(1)));
    assertThat(kernels.map(Precision.F32, 0, List.of(same)))
        .isSameAs(kernels.map(Precision.F32, 0, List.of(one)))
        .isNotSameAs(kernels.map(Precision.F32, 1, List.of(one)))
        .isNotSameAs(kernels.map(Precision.F64, 0, List.of(one)));
  }
}
