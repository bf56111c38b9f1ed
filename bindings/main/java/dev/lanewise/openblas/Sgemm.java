package dev.lanewise.openblas;

import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.openblas.cblas.CBlas;
import java.lang.invoke.MethodHandle;

/** {@code cblas_sgemm}: the product of binary32 matrices. */
final class Sgemm extends OpenBlasGemm {

  private static final MethodHandle GEMM =
      withLongPointers(CBlas.cblas_sgemm$address(), CBlas.cblas_sgemm$descriptor());

  private static final int ROW_MAJOR = CBlas.CblasRowMajor();

  Sgemm() {
    super(Precision.F32);
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
    GEMM.invokeExact(
        ROW_MAJOR, transA, transB, m, n, k, (float) alpha, a, lda, b, ldb, (float) beta, c, ldc);
  }
}
