package dev.lanewise.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import dev.lanewise.engine.KernelChoice;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** reduce-v1, written down a second time, against the loops and the op that follow it. */
final class ReductionTest {

  private static final int BLOCK = 4096;

  /** The specification: virtual lanes within a block, a binary counter over the blocks. */
  private static double reduceV1(Reduction reduction, Precision p, double... x) {
    DoubleBinaryOperator join =
        switch (reduction) {
          case SUM -> (a, b) -> p == Precision.F32 ? (float) a + (float) b : a + b;
          case MAX -> Math::max;
          case MIN -> Math::min;
        };
    double identity =
        switch (reduction) {
          case SUM -> -0.0;
          case MAX -> Double.NEGATIVE_INFINITY;
          case MIN -> Double.POSITIVE_INFINITY;
        };
    int width = p == Precision.F32 ? 32 : 16;
    // partials of 2^k blocks, like the digits of a binary number: equal ones join at once
    var partials = new ArrayDeque<Double>();
    for (int start = 0, blocks = 1; start == 0 || start < x.length; start += BLOCK, blocks++) {
      double[] lanes = new double[width];
      Arrays.fill(lanes, identity);
      for (int i = 0; i < Math.min(BLOCK, x.length - start); i++) {
        lanes[i % width] = join.applyAsDouble(lanes[i % width], x[start + i]);
      }
      for (int half = width / 2; half > 0; half /= 2) {
        for (int j = 0; j < half; j++) {
          lanes[j] = join.applyAsDouble(lanes[j], lanes[j + half]);
        }
      }
      partials.push(lanes[0]);
      for (int digits = blocks; digits % 2 == 0; digits /= 2) {
        joinTop(partials, join);
      }
    }
    while (partials.size() > 1) {
      joinTop(partials, join);
    }
    return partials.pop();
  }

  private static void joinTop(ArrayDeque<Double> partials, DoubleBinaryOperator join) {
    double right = partials.pop();
    double left = partials.pop();
    partials.push(join.applyAsDouble(left, right));
  }

  private static int[] widths() {
    return IntStream.of(LoopCompiler.SCALAR, 128, 256, 512).filter(b -> b <= Lanes.BITS).toArray();
  }

  private static double[] values(Precision p, int n, long seed) {
    var random = new Random(seed);
    double[] x = new double[n];
    Arrays.setAll(
        x, i -> p.round(random.nextGaussian() * Math.scalb(1.0, random.nextInt(20) - 10)));
    return x;
  }

  @ParameterizedTest
  @EnumSource
  void everyWidthFollowsTheSpecification(Precision p) {
    List<double[]> cases = new ArrayList<>();
    for (int n :
        new int[] {0, 1, 2, 3, 7, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 97, 4095, 4096}) {
      cases.add(values(p, n, n));
    }
    cases.add(new double[] {-0.0, -0.0, -0.0});
    cases.add(new double[] {-0.0, 0.0});
    cases.add(new double[] {0.0, -0.0});
    cases.add(with(p, 100, 77, Double.NaN));
    cases.add(with(p, 100, 3, Double.NaN));
    cases.add(with(p, 100, 98, Double.longBitsToDouble(-1L))); // NaN with the sign bit
    cases.add(with(p, 70, 69, Double.POSITIVE_INFINITY));
    cases.add(with(p, 70, 0, Double.NEGATIVE_INFINITY));
    cases.add(new double[] {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY});
    double tiny = p == Precision.F32 ? Float.MIN_VALUE : Double.MIN_VALUE;
    double huge = p == Precision.F32 ? Float.MAX_VALUE : Double.MAX_VALUE;
    cases.add(new double[] {tiny, tiny, -tiny, 3 * tiny});
    cases.add(new double[] {huge, huge, -huge, -huge});
    for (Reduction reduction : Reduction.values()) {
      for (int bits : widths()) {
        ReduceLoop loop = LoopCompiler.reduce(p, bits, 0, reduction, Expr.input(0));
        for (double[] x : cases) {
          assertThat(run(loop, p, 5, x))
              .as("%s %s, %d bits, n = %d", reduction, p, bits, x.length)
              .isEqualTo((Double) reduceV1(reduction, p, x)); // boxed: by bits
        }
      }
    }
  }

  private static double[] with(Precision p, int n, int at, double special) {
    double[] x = values(p, n, 1);
    x[at] = special;
    return x;
  }

  /** The block that starts at element {@code from} of its memory. */
  private static double run(ReduceLoop loop, Precision p, int from, double... x) {
    try (Arena arena = Arena.ofConfined()) {
      long in = arena.allocate((from + x.length + 1L) * p.bytes(), 64).address();
      for (int i = 0; i < x.length; i++) {
        Memory.put(p, in + (long) (from + i) * p.bytes(), x[i]);
      }
      long lanes = arena.allocate(Reduction.LANES_BYTES, 64).address();
      return loop.run(new long[] {in}, new double[0], from, x.length, lanes);
    }
  }

  @ParameterizedTest
  @EnumSource
  void expressionsAreAppliedBeforeTheyJoin(Precision p) {
    Expr distance = Expr.input(0).sub(Expr.input(1));
    Expr squared = distance.mul(distance).mul(Expr.param(0));
    double[] x = values(p, 1003, 5);
    double mean = p.round(0.3);
    double[] expected = new double[x.length];
    Arrays.setAll(
        expected, i -> squared.evaluate(p, new double[] {x[i], mean}, new double[] {0.7}));
    for (int bits : widths()) {
      ReduceLoop loop = LoopCompiler.reduce(p, bits, 2, Reduction.SUM, squared);
      try (Arena arena = Arena.ofConfined()) {
        long in = arena.allocate(x.length * 8L, 64).address();
        long other = arena.allocate(8, 64).address();
        long lanes = arena.allocate(Reduction.LANES_BYTES, 64).address();
        for (int i = 0; i < x.length; i++) {
          Memory.put(p, in + (long) i * p.bytes(), x[i]);
        }
        Memory.put(p, other, mean);
        assertThat(loop.run(new long[] {in, other}, new double[] {0.7}, 0, x.length, lanes))
            .isEqualTo((Double) reduceV1(Reduction.SUM, p, expected));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyRowIsReducedAsIfItWereAlone(Precision p) {
    Expr distance = Expr.input(0).sub(Expr.input(1));
    int rows = 5;
    int step = 53; // longer than a row, and each row may start anywhere
    double[] x = values(p, rows * step, 11);
    double[] means = values(p, rows, 12);
    for (int n : new int[] {0, 1, 16, 31, 48, 49}) {
      double[] expected = new double[rows];
      for (int r = 0; r < rows; r++) {
        double mean = means[r];
        double[] row = Arrays.copyOfRange(x, r * step + 2, r * step + 2 + n);
        expected[r] =
            reduceV1(Reduction.SUM, p, Arrays.stream(row).map(v -> p.round(v - mean)).toArray());
      }
      for (int bits : widths()) {
        ReduceLoop loop = LoopCompiler.reduce(p, bits, 2, Reduction.SUM, distance);
        try (Arena arena = Arena.ofConfined()) {
          long in = memory(arena, p, x);
          long other = memory(arena, p, means);
          double canary = 7;
          long results = memory(arena, p, new double[] {0, 0, 0, 0, 0, canary});
          long lanes = arena.allocate(Reduction.LANES_BYTES, 64).address();
          long[] steps = {(long) step * p.bytes(), p.bytes()};
          double last =
              loop.run(new long[] {in, other}, steps, new double[0], 2, n, rows, lanes, results);
          for (int r = 0; r < rows; r++) {
            assertThat(Memory.get(p, results + (long) r * p.bytes()))
                .as("row %d of %d elements, %d bits", r, n, bits)
                .isEqualTo((Double) expected[r]);
          }
          assertThat(last).isEqualTo((Double) expected[rows - 1]);
          assertThat(Memory.get(p, results + (long) rows * p.bytes())).isEqualTo(canary);
        }
      }
    }
  }

  private static long memory(Arena arena, Precision p, double... values) {
    long address = arena.allocate((long) values.length * p.bytes(), 64).address();
    for (int i = 0; i < values.length; i++) {
      Memory.put(p, address + (long) i * p.bytes(), values[i]);
    }
    return address;
  }

  @ParameterizedTest
  @EnumSource
  void blocksJoinByTheFixedTree(Precision p) {
    for (int blocks = 1; blocks <= 40; blocks++) {
      double[] partials = values(p, blocks, blocks);
      double[] x = new double[blocks * BLOCK];
      Arrays.fill(x, -0.0);
      for (int b = 0; b < blocks; b++) {
        x[b * BLOCK] = partials[b];
      }
      assertThat(Reduction.SUM.tree(p, 0, blocks, b -> partials[(int) b]))
          .as("%d blocks", blocks)
          .isEqualTo((Double) reduceV1(Reduction.SUM, p, x));
    }
  }

  // ---- the op ----

  private static Engine engine(KernelChoice kernels, int threads) {
    return Engine.of(EngineOptions.defaults().kernels(kernels).threads(threads));
  }

  @ParameterizedTest
  @EnumSource
  void rowsAndWholeTensorsFollowTheSpecification(Precision p) {
    DType dtype = p == Precision.F32 ? DType.F32 : DType.F64;
    int[][] shapes = {{5, 31}, {3, 4097}, {1, 9 * BLOCK + 5}, {2, 17 * BLOCK}, {700, 3}};
    try (Scope scope = Scope.open();
        Engine engine = engine(KernelChoice.AUTO, 2);
        Tape tape = Tape.open(engine, null)) {
      for (int[] shape : shapes) {
        double[] x = values(p, shape[0] * shape[1], 9);
        Var t = tape.constant(scope.allocate(dtype, Shape.of(shape[0], shape[1])).copyFrom(x));
        for (Reduction reduction : Reduction.values()) {
          double[] expected = new double[shape[0]];
          for (int row = 0; row < shape[0]; row++) {
            expected[row] =
                reduceV1(reduction, p, Arrays.copyOfRange(x, row * shape[1], (row + 1) * shape[1]));
          }
          assertThat(reduce(reduction, t, 1).tensor().toDoubles())
              .as("%s of rows of %s", reduction, t.shape())
              .isEqualTo(expected);
          assertThat(reduce(reduction, t).item())
              .as("%s of %s", reduction, t.shape())
              .isEqualTo((Double) reduceV1(reduction, p, x));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void columnsFollowTheSpecification(Precision p) {
    DType dtype = p == Precision.F32 ? DType.F32 : DType.F64;
    int[][] shapes = {{1, 450, 1100}, {3, 65, 513}, {1, 64, 1025}, {2, 129, 2}, {40, 3, 700}};
    try (Scope scope = Scope.open();
        Engine engine = engine(KernelChoice.AUTO, 2);
        Tape tape = Tape.open(engine, null)) {
      for (int[] shape : shapes) {
        int n = shape[1];
        int inner = shape[2];
        double[] x = values(p, shape[0] * n * inner, 5);
        Shape whole = Shape.of(shape[0], n, inner);
        Var t = tape.constant(scope.allocate(dtype, whole).copyFrom(x));
        double[] expected = new double[shape[0] * inner];
        for (int i = 0; i < expected.length; i++) {
          expected[i] = columnSum(p, x, i / inner * n * inner + i % inner, inner, n);
        }
        assertThat(t.sum(1).tensor().toDoubles()).as("sum of %s", whole).isEqualTo(expected);
      }
    }
  }

  /** The sum of {@code n} elements, {@code step} apart. */
  private static double columnSum(Precision p, double[] x, int from, int step, int n) {
    if (n > 64) {
      int left = Integer.highestOneBit((n - 1) / 64) * 64;
      return p.round(
          columnSum(p, x, from, step, left) + columnSum(p, x, from + left * step, step, n - left));
    }
    double acc = x[from];
    for (int i = 1; i < n; i++) {
      acc = p.round(acc + x[from + i * step]);
    }
    return acc;
  }

  private static Var reduce(Reduction reduction, Var x, int... axes) {
    return switch (reduction) {
      case SUM -> x.sum(axes);
      case MAX -> x.amax(false, axes);
      case MIN -> x.amin(false, axes);
    };
  }

  private static final long[][] SHAPES = {
    {1, 1}, {37, 1009}, {1009, 37}, {2, 40_961}, {40_961, 2}, {3, 65, 67}, {129, 1, 33}, {5, 300, 7}
  };

  /** Every reduction of every shape over every choice of axes, as one list of bits. */
  private static List<double[]> everything(Engine engine) {
    List<double[]> results = new ArrayList<>();
    try (Scope scope = Scope.open();
        Tape tape = Tape.open(engine, null)) {
      for (long[] dims : SHAPES) {
        Shape shape = Shape.of(dims);
        double[] x = values(Precision.F32, (int) shape.size(), dims[0]);
        Var t = tape.constant(scope.allocate(DType.F32, shape).copyFrom(x));
        for (Var v : List.of(t, t.transpose())) {
          for (int choice = 1; choice < 1 << dims.length; choice++) {
            int chosen = choice;
            int[] axes =
                IntStream.range(0, dims.length).filter(a -> (chosen >> a & 1) == 1).toArray();
            for (Reduction reduction : Reduction.values()) {
              results.add(reduce(reduction, v, axes).tensor().toDoubles());
            }
          }
        }
        tape.reset();
      }
    }
    return results;
  }

  @Test
  void threadsAndKernelsDoNotChangeABit() {
    Function<Engine, List<double[]>> run =
        engine -> {
          try (engine) {
            return everything(engine);
          }
        };
    List<double[]> expected = run.apply(engine(KernelChoice.SCALAR, 1));
    for (int threads : new int[] {2, 3, 5}) {
      // vector kernels once: in a new engine they start slowly
      KernelChoice kernels = threads == 3 ? KernelChoice.VECTOR : KernelChoice.SCALAR;
      List<double[]> actual = run.apply(engine(kernels, threads));
      for (int i = 0; i < expected.size(); i++) {
        assertThat(actual.get(i)).as("%d threads, case %d", threads, i).isEqualTo(expected.get(i));
      }
    }
    int hash = 1;
    for (double[] result : expected) {
      hash = 31 * hash + Arrays.hashCode(result);
    }
    assertThat(hash).as("the bits of all results, frozen with reduce-v1").isEqualTo(-992471456);
  }
}
