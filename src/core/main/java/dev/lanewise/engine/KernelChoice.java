package dev.lanewise.engine;

/** Which kernels to use. */
public enum KernelChoice {
  /**
   * The fastest that the mode allows and the machine has: Vector API kernels, and in {@link
   * Mode#FAST} OpenBLAS for matrix products of the shapes at which it was measured to be faster.
   */
  AUTO,
  /** Plain Java loops, the reference. */
  SCALAR,
  /** Vector API kernels. */
  VECTOR,
  /** Vector API kernels with OpenBLAS for all matrix products; needs {@link Mode#FAST}. */
  OPENBLAS
}
