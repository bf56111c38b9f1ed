package dev.lanewise.internal.kernel;

/**
 * The faster of two matrix products, by the shape alone: the bits of a call depend on neither the
 * threads nor the run.
 *
 * @param precision of both
 * @param own the one that {@code provider} compares itself to
 * @param other the provider's
 * @param provider knows where it is faster
 */
record FasterMatMul(
    Precision precision, MatMulKernel own, MatMulKernel other, MatMulProvider provider)
    implements MatMulKernel {

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
    MatMulKernel faster = provider.isFaster(precision, transA, transB, m, n, k) ? other : own;
    faster.gemm(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, d, ldd, c, ldc, workspace);
  }

  @Override
  public long workspaceBytes(boolean transA, boolean transB, int m, int n, int k) {
    return Math.max(
        own.workspaceBytes(transA, transB, m, n, k), other.workspaceBytes(transA, transB, m, n, k));
  }
}
