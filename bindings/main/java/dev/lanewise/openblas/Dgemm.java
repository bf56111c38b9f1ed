package dev.lanewise.openblas;

import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.openblas.cblas.CBlas;
import java.lang.invoke.MethodHandle;

/** {@code cblas_dgemm}: the product of binary64 matrices. */
final class Dgemm extends OpenBlasGemm {

  private static final MethodHandle GEMM =
      withLongPointers(CBlas.cblas_dgemm$address(), CBlas.cblas_dgemm$descriptor());

  private static final int ROW_MAJOR = CBlas.CblasRowMajor();

  Dgemm() {
    super(Precision.F64);
  }

  @Override
  void call(
      int transA,
      int transB,
      int m,
      int n,
      int k,
      double alpha,
      long a,
      int lda,
      long b,
      int ldb,
      double beta,
      long c,
      int ldc)
      throws Throwable {
    GEMM.invokeExact(ROW_MAJOR, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  }
}
