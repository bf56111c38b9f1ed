package dev.lanewise.internal.kernel;

/**
 * A source of matrix multiplication kernels outside this module, found by {@link
 * java.util.ServiceLoader}.
 *
 * <p>Its constructor or its methods throw the exception that says why when the provider cannot work
 * on this machine.
 */
public interface MatMulProvider {

  /** The name users select it by, such as {@code openblas}. */
  String name();

  /** The kernel for {@code F32}. */
  MatMulKernel f32();

  /** The kernel for {@code F64}. */
  MatMulKernel f64();

  /**
   * Whether its product of such matrices was measured to be faster than the vector kernel's on the
   * kind of machine this is; the arguments are those of {@link MatMulKernel#gemm}. A pure function.
   */
  boolean isFaster(Precision precision, boolean transA, boolean transB, int m, int n, int k);

  /** Version and CPU core in use, for logs. */
  String description();

  /** All that its bits depend on: version, build configuration and CPU core, for fingerprints. */
  String configuration();
}
