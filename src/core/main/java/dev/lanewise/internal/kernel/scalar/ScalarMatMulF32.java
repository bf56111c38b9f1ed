package dev.lanewise.internal.kernel.scalar;

import dev.lanewise.internal.kernel.MatMulKernel;
import dev.lanewise.internal.kernel.Memory;
import java.lang.foreign.ValueLayout;

/** gemm-v1 one output at a time: the reference that defines the bits. */
// generates: F64
public final class ScalarMatMulF32 implements MatMulKernel {

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
    long aRow = Float.BYTES * (transA ? 1 : lda);
    long aStep = Float.BYTES * (transA ? lda : 1);
    long bStep = Float.BYTES * (transB ? 1 : ldb);
    long bColumn = Float.BYTES * (transB ? ldb : 1);
    float scale = (float) alpha;
    float keep = (float) beta;
    int depth = scale == 0 ? 0 : k;
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        float acc = dot(depth, a + i * aRow, aStep, b + j * bColumn, bStep);
        long old = d + (i * ldd + j) * Float.BYTES;
        store(acc, scale, keep, old, c + (i * ldc + j) * Float.BYTES);
      }
    }
  }

  @Override
  public long workspaceBytes(boolean transA, boolean transB, int m, int n, int k) {
    return 0;
  }

  private static float dot(int k, long a, long aStep, long b, long bStep) {
    float acc = 0;
    for (int p = 0; p < k; p++) {
      acc = Math.fma(load(a + p * aStep), load(b + p * bStep), acc);
    }
    return acc;
  }

  private static void store(float acc, float alpha, float beta, long d, long c) {
    // beta is tested because 0 * NaN is no 0: a D that is not wanted is not read
    float result = beta == 0 ? alpha * acc : Math.fma(beta, load(d), alpha * acc);
    Memory.ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, c, result);
  }

  private static float load(long address) {
    return Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address);
  }
}
