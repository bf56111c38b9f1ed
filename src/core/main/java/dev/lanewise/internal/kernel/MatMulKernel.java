package dev.lanewise.internal.kernel;

/**
 * Matrix multiplication on row-major matrices of one floating-point type:
 *
 * <pre>C[m, n] = alpha * op(A)[m, k] * op(B)[k, n] + beta * D[m, n]</pre>
 *
 * <p>Addresses are absolute and in bytes, leading dimensions (the distance between two rows) in
 * elements. D is C itself, its old value, or lies elsewhere; a leading dimension of 0 makes it one
 * row for all rows of C, as a bias is. The caller has checked sizes, liveness and that C overlaps
 * neither A nor B, nor a D elsewhere. Kernels are immutable and start no threads: the caller splits
 * M or N, by shape.
 *
 * <p><b>gemm-v1</b>, which the kernels of strict mode keep to the bit (up to the payload of NaNs):
 * each output has one accumulator that starts at +0 and takes {@code acc = fma(a, b, acc)} for k
 * ascending. It is stored as it is when alpha is 1 and beta is 0, as {@code alpha * acc} when only
 * beta is 0, and as {@code fma(beta, d, alpha * acc)} otherwise. D is not read when beta is 0; A
 * and B are not read when alpha is 0 (the accumulator is then +0). Bytes of C beyond its n columns
 * are neither read nor written. How M, N and K are cut changes no bit.
 *
 * <p>Not sealed: {@link MatMulProvider}s implement it in other modules.
 */
public interface MatMulKernel {

  /**
   * Multiplies. {@code m}, {@code n} and {@code k} may be 0.
   *
   * @param transA whether A is stored transposed: {@code [k, m]} in place of {@code [m, k]}
   * @param transB whether B is stored transposed: {@code [n, k]} in place of {@code [k, n]}
   * @param alpha factor of the product, rounded to the element type
   * @param lda distance between the stored rows of A, in elements
   * @param ldb distance between the stored rows of B, in elements
   * @param beta factor of D, rounded to the element type
   * @param ldd distance between the rows of D, in elements: that of C where D is C, 0 for one row
   * @param ldc distance between the rows of C, in elements
   * @param workspace address of {@link #workspaceBytes} bytes aligned to 64, used by this call
   *     only; contents are undefined before and after
   */
  void gemm(
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
      long workspace);

  /** Multiplies with C in the place of D. */
  default void gemm(
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
      long c,
      long ldc,
      long workspace) {
    gemm(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, c, ldc, workspace);
  }

  /**
   * Bytes of scratch memory that {@link #gemm} needs for this shape, and those with smaller m, n or
   * k, whatever alpha and beta; may be 0.
   */
  long workspaceBytes(boolean transA, boolean transB, int m, int n, int k);
}
