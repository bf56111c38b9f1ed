package dev.lanewise.openblas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.internal.kernel.Kernels;
import dev.lanewise.internal.kernel.MatMulKernel;
import dev.lanewise.internal.kernel.Precision;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The provider against the reference. */
@DisabledIfSystemProperty(named = OpenBlasLibrary.PROPERTY, matches = "none")
class OpenBlasGemmTest {

  private static final double[] ALPHA = {0, 1, 0.7};
  private static final double[] BETA = {0, 1, 1.3};

  private static MatMulKernel kernel(Precision precision) {
    OpenBlasProvider provider = new OpenBlasProvider();
    return precision == Precision.F32 ? provider.f32() : provider.f64();
  }

  private static void compare(Precision precision, int m, int n, int k) {
    MatMulKernel reference = Kernels.scalar().matmul(precision);
    MatMulKernel kernel = kernel(precision);
    for (int t = 0; t < 8; t++) {
      Product product = new Product(precision, (t & 1) != 0, (t & 2) != 0, m, n, k, (t & 4) != 0);
      for (double alpha : ALPHA) {
        for (double beta : BETA) {
          boolean poison = beta == 0;
          double[] expected = product.run(reference, alpha, beta, poison);
          double[] found = product.run(kernel, alpha, beta, poison);
          assertThat(product.gauge(found, expected, alpha, beta))
              .as("%s alpha=%s beta=%s", product, alpha, beta)
              .isLessThan(16);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void computesAwkwardSizes(Precision precision) {
    int[] sizes = {0, 1, 2, 3, 7, 31, 63};
    for (int m : sizes) {
      for (int n : sizes) {
        for (int k : sizes) {
          compare(precision, m, n, k);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void computesTheSizesOfTrainingSteps(Precision precision) {
    compare(precision, 128, 10, 512);
    compare(precision, 1, 300, 257);
    compare(precision, 300, 1, 257);
    compare(precision, 129, 257, 65);
  }

  @ParameterizedTest
  @EnumSource
  void writesNothingAroundCWhenTheResultIsNaN(Precision precision) {
    MatMulKernel kernel = kernel(precision);
    Product product = new Product(precision, false, false, 5, 4, 3, false);
    double[] found = product.run(kernel, Double.NaN, 0, true);
    assertThat(Arrays.stream(found)).allMatch(x -> Double.isNaN(x));
  }

  @Test
  void takesAnyDistanceBetweenTheRowsOfASingleRow() {
    try (Arena arena = Arena.ofConfined()) {
      long a = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 2, 3).address();
      var c = arena.allocate(4, 64);
      kernel(Precision.F32)
          .gemm(false, true, 1, 1, 2, 1, a, 1, a, Long.MAX_VALUE, 0, c.address(), 0, 0);
      assertThat(c.get(ValueLayout.JAVA_FLOAT, 0)).isEqualTo(13);
    }
  }

  @Test
  void refusesRowsThatOverlapOrLieTooFarApart() {
    MatMulKernel kernel = kernel(Precision.F32);
    assertThatThrownBy(() -> kernel.gemm(false, false, 2, 2, 4, 1, 0, 3, 0, 2, 0, 0, 2, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("gemm: rows of A lie 3 elements apart; OpenBLAS takes 4 to 2147483647");
    assertThatThrownBy(() -> kernel.gemm(false, false, 2, 2, 4, 1, 0, 4, 0, 1L << 31, 0, 0, 2, 0))
        .hasMessageContaining("rows of B lie 2147483648 elements apart");
    assertThatThrownBy(() -> kernel.gemm(false, false, 2, 2, 4, 1, 0, 4, 0, 2, 0, 0, -2, 0))
        .hasMessageContaining("rows of C lie -2 elements apart");
  }

  @Test
  void needsNoWorkspace() {
    assertThat(kernel(Precision.F64).workspaceBytes(true, false, 100, 100, 100)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void allocatesNothingOnTheHeap(Precision precision) throws ReflectiveOperationException {
    MatMulKernel kernel = kernel(precision);
    try (Arena arena = Arena.ofConfined()) {
      long a = arena.allocate(4096, 64).address();
      long c = arena.allocate(4096, 64).address();
      for (int i = 0; i < 20_000; i++) {
        kernel.gemm(false, true, 8, 8, 8, 1, a, 8, a, 8, 0.5, c, 8, 0);
      }
      allocated(); // the first reading allocates what later ones reuse
      int calls = 100_000;
      long before = allocated();
      for (int i = 0; i < calls; i++) {
        kernel.gemm(false, true, 8, 8, 8, 1, a, 8, a, 8, 0.5, c, 8, 0);
      }
      assertThat((allocated() - before) / calls).isZero(); // whole bytes a call
    }
  }

  /** Bytes this thread has allocated; by reflection, for this module does not read the JDK's. */
  private static long allocated() throws ReflectiveOperationException {
    Object bean =
        Class.forName("java.lang.management.ManagementFactory")
            .getMethod("getThreadMXBean")
            .invoke(null);
    Method counter =
        Class.forName("com.sun.management.ThreadMXBean")
            .getMethod("getCurrentThreadAllocatedBytes");
    return (long) counter.invoke(bean);
  }
}
