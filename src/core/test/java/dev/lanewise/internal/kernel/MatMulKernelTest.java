package dev.lanewise.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.internal.kernel.MatMulProblem.Added;
import dev.lanewise.internal.kernel.MatMulProblem.Type;
import dev.lanewise.internal.kernel.scalar.ScalarMatMulF32;
import dev.lanewise.internal.kernel.scalar.ScalarMatMulF64;
import dev.lanewise.internal.kernel.vector.VectorMatMulF32;
import dev.lanewise.internal.kernel.vector.VectorMatMulF64;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every promise of gemm-v1, for each kernel and element type. */
final class MatMulKernelTest {

  /** The scalar kernel of one element type and its twins for caches of 32 and of 48 KiB. */
  enum Twins {
    F32(Type.F32, new ScalarMatMulF32(), VectorMatMulF32::new, Lanes.F32.length()),
    F64(Type.F64, new ScalarMatMulF64(), VectorMatMulF64::new, Lanes.F64.length());

    final Type type;
    final List<MatMulKernel> kernels;
    final int lanes;

    Twins(Type type, MatMulKernel scalar, IntFunction<MatMulKernel> vector, int lanes) {
      this.type = type;
      this.kernels = List.of(scalar, vector.apply(32 << 10), vector.apply(48 << 10));
      this.lanes = lanes;
    }

    void assertSameBits(MatMulProblem problem) {
      double[] expected = problem.run(kernels.getFirst());
      MatMulProblem equalRows = problem.withEqualRows();
      double[] expectedOfRows = equalRows.run(kernels.getFirst());
      for (MatMulKernel kernel : kernels) {
        assertBits(problem, kernel, Added.IN_PLACE, expected);
        assertBits(problem, kernel, Added.MATRIX, expected);
        assertBits(equalRows, kernel, Added.ROW, expectedOfRows);
      }
    }

    private void assertBits(
        MatMulProblem problem, MatMulKernel kernel, Added added, double[] expected) {
      // arrays of doubles compare by bits, with one NaN: its payload is not part of gemm-v1
      assertThat(problem.run(kernel, added))
          .as("%s %s by kernel %d", problem, added, kernels.indexOf(kernel))
          .isEqualTo(expected);
    }
  }

  private static final double[] BLAS_ALPHA = {0, 1, 0.7};
  private static final double[] BLAS_BETA = {0, 1, 1.3};
  private static final int[] BLAS_SIZES = {0, 1, 2, 3, 7, 31, 63};

  @ParameterizedTest
  @EnumSource
  void vectorHasTheBitsOfScalarAtEverySmallSize(Twins twins) {
    DoubleSupplier values = new Random(1)::nextGaussian;
    var widths = new TreeSet<Integer>();
    for (int vectors = 0; vectors <= 5; vectors++) {
      for (int more = -1; more <= 1; more++) {
        widths.add(Math.max(0, vectors * twins.lanes + more));
      }
    }
    forEachTranspose(
        (transA, transB) -> {
          for (int m : new int[] {0, 1, 3, 4, 5, 8, 11}) {
            for (int n : widths) {
              for (int k : new int[] {0, 1, 2, twins.lanes, 2 * twins.lanes + 1}) {
                double beta = (m + n + k) % 3 * 0.5;
                twins.assertSameBits(
                    MatMulProblem.of(twins.type, transA, transB, m, n, k, 1, beta, values));
              }
            }
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void vectorHasTheBitsOfScalarAcrossBlocks(Twins twins) {
    var random = new Random(2);
    forEachTranspose(
        (transA, transB) -> {
          int[][] shapes = {
            {515, 67, 3},
            {300, 131, 19},
            {5, 70, 257},
            {9, 33, 600},
            {2, 1, 769},
            {13, 8, 512},
            {5, 150, 1100},
            {300, 20, 520},
            {262, 150, 700},
            {450, 70, 300},
            {515, 40, 1100},
            {1030, 3, 40},
            {131, 1, 300},
            {77, 25, 129}
          };
          for (int[] shape : shapes) {
            for (double alpha : new double[] {1, -1.1}) {
              for (double beta : new double[] {0, 1, 0.3}) {
                twins.assertSameBits(
                    MatMulProblem.of(
                        twins.type,
                        transA,
                        transB,
                        shape[0],
                        shape[1],
                        shape[2],
                        alpha,
                        beta,
                        random::nextGaussian));
              }
            }
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void theWorkspaceServesSmallerShapes(Twins twins) {
    int[] sizes = {0, 1, 16, 17, 32, 64, 128, 129, 256, 257, 512, 513, 1024, 1025};
    for (MatMulKernel kernel : twins.kernels) {
      forEachTranspose(
          (transA, transB) -> {
            for (int m : sizes) {
              for (int n : sizes) {
                for (int k : sizes) {
                  long most = 0;
                  for (int smaller : sizes) {
                    int i = Math.min(smaller, m);
                    int j = Math.min(smaller, n);
                    int p = Math.min(smaller, k);
                    most = Math.max(most, kernel.workspaceBytes(transA, transB, i, n, k));
                    most = Math.max(most, kernel.workspaceBytes(transA, transB, m, j, k));
                    most = Math.max(most, kernel.workspaceBytes(transA, transB, m, n, p));
                  }
                  assertThat(kernel.workspaceBytes(transA, transB, m, n, k)).isEqualTo(most);
                }
              }
            }
          });
    }
  }

  @ParameterizedTest
  @EnumSource
  void vectorHasTheBitsOfScalarAtRandomSizes(Twins twins) {
    for (int seed = 0; seed < 100; seed++) {
      var random = new Random(seed);
      twins.assertSameBits(
          MatMulProblem.of(
              twins.type,
              random.nextBoolean(),
              random.nextBoolean(),
              random.nextInt(80),
              random.nextInt(150),
              random.nextInt(400),
              random.nextInt(3) - 1,
              random.nextInt(3) - 1,
              random::nextGaussian));
    }
  }

  @ParameterizedTest
  @EnumSource
  void vectorHasTheBitsOfScalarOnSpecialValues(Twins twins) {
    double tiny = twins.type.tiny();
    double[] common = {0.0, -0.0, 1, -1, tiny, -tiny, 3 * tiny, 0.1, -1e-30, 1e30};
    double[] infinite = {
      Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN, Float.MAX_VALUE
    };
    var random = new Random(3);
    DoubleSupplier values =
        () ->
            random.nextInt(20) == 0
                ? infinite[random.nextInt(infinite.length)]
                : common[random.nextInt(common.length)];
    forEachTranspose(
        (transA, transB) -> {
          for (int k : new int[] {1, 2, 5, 600}) {
            for (double alpha : new double[] {0, 1, -1, 1e-30}) {
              for (double beta : new double[] {0, 1, -2}) {
                twins.assertSameBits(
                    MatMulProblem.of(twins.type, transA, transB, 9, 70, k, alpha, beta, values));
              }
            }
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void anUnderflowKeepsItsSign(Twins twins) {
    double tiny = twins.type.tiny();
    for (int k : new int[] {1, twins.lanes, 600}) {
      var problem =
          new MatMulProblem(
              twins.type,
              false,
              false,
              1,
              3,
              k,
              1,
              0,
              last(k, -tiny),
              spread(k, 3, tiny),
              new double[3]);
      assertEach(twins, problem, c -> assertThat(c).containsExactly(-0.0, -0.0, -0.0));
    }
  }

  @ParameterizedTest
  @EnumSource
  void anOldResultThatIsNotWantedIsNotRead(Twins twins) {
    for (double alpha : new double[] {0, 1, 0.5}) {
      for (int k : new int[] {0, 1, 600}) {
        double[] nan = new double[5 * 40];
        Arrays.fill(nan, Double.NaN);
        var problem =
            new MatMulProblem(
                twins.type, false, false, 5, 40, k, alpha, 0, ones(5 * k), ones(k * 40), nan);
        assertEach(twins, problem, c -> assertThat(c).containsOnly(alpha * k));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void factorsAreNotReadWhenAlphaIsZero(Twins twins) {
    double[] nan = {Double.NaN, Double.NaN};
    var problem =
        new MatMulProblem(
            twins.type, false, false, 2, 2, 1, 0, 0.5, nan, nan, new double[] {2, 4, 6, 8});
    assertEach(twins, problem, c -> assertThat(c).containsExactly(1, 2, 3, 4));
  }

  @ParameterizedTest
  @EnumSource
  void passesTheGaugeOfTheBlasTesters(Twins twins) {
    DoubleSupplier values = new Random(4)::nextGaussian;
    forEachTranspose(
        (transA, transB) -> {
          for (int size : BLAS_SIZES) {
            for (double alpha : BLAS_ALPHA) {
              for (double beta : BLAS_BETA) {
                var problem =
                    MatMulProblem.of(
                        twins.type, transA, transB, size, size, size, alpha, beta, values);
                assertEach(twins, problem, c -> assertAccurate(problem, c));
              }
            }
          }
        });
  }

  private static void assertAccurate(MatMulProblem problem, double[] computed) {
    double alpha = problem.type().round(problem.alpha());
    double beta = problem.type().round(problem.beta());
    for (int i = 0; i < problem.m(); i++) {
      for (int j = 0; j < problem.n(); j++) {
        double high = 0;
        double low = 0; // the sum is high + low, each product split likewise
        double magnitude = 0;
        for (int p = 0; p < problem.k(); p++) {
          double x = problem.a(i, p);
          double y = problem.b(p, j);
          double product = x * y;
          double sum = high + product;
          double part = sum - high;
          low += (high - (sum - part)) + (product - part) + Math.fma(x, y, -product);
          high = sum;
          magnitude += Math.abs(product);
        }
        double old = problem.c()[i * problem.n() + j];
        double exact = Math.fma(alpha, high, beta * old) + alpha * low;
        double scale = Math.abs(alpha) * magnitude + Math.abs(beta * old);
        assertThat(computed[i * problem.n() + j])
            .as("%s at [%d, %d]", problem, i, j)
            .isCloseTo(exact, within(16 * problem.type().epsilon * scale));
      }
    }
  }

  private static void assertEach(
      Twins twins, MatMulProblem problem, Consumer<double[]> expectation) {
    for (MatMulKernel kernel : twins.kernels) {
      expectation.accept(problem.run(kernel));
    }
  }

  private interface Transposes {
    void accept(boolean transA, boolean transB);
  }

  private static void forEachTranspose(Transposes body) {
    body.accept(false, false);
    body.accept(false, true);
    body.accept(true, false);
    body.accept(true, true);
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Zeros, then one value. */
  private static double[] last(int count, double value) {
    double[] values = new double[count];
    values[count - 1] = value;
    return values;
  }

  /** A matrix of k rows by n columns of one value that is in the last row only. */
  private static double[] spread(int k, int n, double value) {
    double[] values = new double[k * n];
    Arrays.fill(values, (k - 1) * n, k * n, value);
    return values;
  }
}
