package dev.lanewise.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.internal.kernel.scalar.ScalarMatMulF32;
import dev.lanewise.internal.kernel.vector.VectorMatMulF32;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FasterMatMulTest {
  private static final MatMulKernel VECTOR = new VectorMatMulF32();

  /** Wins where A is stored transposed; twice the reference's product, so that it shows. */
  private static final class Doubling implements MatMulProvider {
    private final List<List<Object>> asked = new ArrayList<>();

    @Override
    public String name() {
      return "doubling";
    }

    @Override
    public MatMulKernel f32() {
      MatMulKernel scalar = new ScalarMatMulF32();
      return new MatMulKernel() {
        @Override
        public void gemm(
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            double alpha,
            long a,
            long lda,
            long b,
            long ldb,
            double beta,
            long d,
            long ldd,
            long c,
            long ldc,
            long workspace) {
          scalar.gemm(
              transA, transB, m, n, k, 2 * alpha, a, lda, b, ldb, beta, d, ldd, c, ldc, workspace);
        }

        @Override
        public long workspaceBytes(boolean transA, boolean transB, int m, int n, int k) {
          return 1 << 20;
        }
      };
    }

    @Override
    public MatMulKernel f64() {
      return f32();
    }

    @Override
    public boolean isFaster(
        Precision precision, boolean transA, boolean transB, int m, int n, int k) {
      asked.add(List.of(precision, transA, transB, m, n, k));
      return transA;
    }

    @Override
    public String description() {
      return name();
    }

    @Override
    public String configuration() {
      return name();
    }
  }

  @Test
  void theProviderDecidesByShape() {
    Doubling provider = new Doubling();
    Kernels kernels = Kernels.vector().withFaster(provider);
    assertThat(kernels.name()).isEqualTo("vector+doubling");
    for (boolean transA : new boolean[] {false, true}) {
      Random random = new Random(1);
      MatMulProblem problem =
          MatMulProblem.of(
              MatMulProblem.Type.F32, transA, true, 5, 7, 9, 1, 0, random::nextGaussian);
      double[] expected = problem.run(VECTOR);
      double[] found = problem.run(kernels.matmul(Precision.F32));
      for (int i = 0; i < expected.length; i++) {
        assertThat(found[i]).isEqualTo(transA ? 2 * expected[i] : expected[i]);
      }
    }
    assertThat(provider.asked)
        .containsOnly(
            List.of(Precision.F32, false, true, 5, 7, 9),
            List.of(Precision.F32, true, true, 5, 7, 9));
    assertThat(kernels.matmul(Precision.F32).workspaceBytes(false, false, 5, 7, 9))
        .isEqualTo(1 << 20);
  }
}
