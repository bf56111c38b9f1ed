package dev.lanewise.internal.kernel;

/**
 * Matrix multiplication on row-major matrices of one floating-point type:
 *
 * <pre>C[m, n] = alpha * op(A)[m, k] * op(B)[k, n] + beta * C[m, n]</pre>
 *
 * <p>Addresses are absolute and in bytes, leading dimensions (the distance between two rows) in
 * elements. The caller has checked sizes, liveness and that C overlaps neither A nor B. Kernels are
 * stateless and start no threads: the caller splits M or N, by shape.
 *
 * <p><b>gemm-v1</b>, which the kernels of strict mode keep to the bit (up to the payload of NaNs):
 * each output has one accumulator that starts at +0 and takes {@code acc = fma(a, b, acc)} for k
 * ascending. It is stored as it is when alpha is 1 and beta is 0, as {@code alpha * acc} when only
 * beta is 0, and as {@code fma(beta, c, alpha * acc)} otherwise. C is not read when beta is 0; A
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
   * @param beta factor of the old C, rounded to the element type
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
      long c,
      long ldc,
      long workspace);

  /**
   * Bytes of scratch memory that {@link #gemm} needs for this shape, whatever alpha and beta; may
   * be 0.
   */
  long workspaceBytes(boolean transA, boolean transB, int m, int n, int k);
}
