package dev.lanewise.engine;

/** Which kernels to use. */
public enum KernelChoice {
  /** The fastest that the mode allows and the machine has. */
  AUTO,
  /** Plain Java loops, the reference. */
  SCALAR,
  /** Vector API kernels. */
  VECTOR,
  /** Vector API kernels with OpenBLAS for matrix products; needs {@link Mode#FAST}. */
  OPENBLAS
}
