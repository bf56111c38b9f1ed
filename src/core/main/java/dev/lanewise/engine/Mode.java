package dev.lanewise.engine;

/** What a run promises about its bits. */
public enum Mode {
  /** The same bits for any thread count, vector width, JVM and machine: Java kernels only. */
  STRICT,
  /**
   * OpenBLAS where it is faster: the same bits for any thread count and run on one machine with one
   * OpenBLAS.
   */
  FAST
}
