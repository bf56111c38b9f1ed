package dev.lanewise.bench.rivals;

import dev.lanewise.cli.bench.GemmBench;

/** The matrix product of a library, in F32 on one thread. */
interface Gemm {
  /** The library. */
  String name();

  /** Its version and what it computes with. */
  String core();

  /** Prepares C[m, n] = A[m, k] B[k, n], all in row-major order, in whatever form suits best. */
  Product product(GemmBench.Size size, float[] a, float[] b);

  /** A product, ready to be computed over and over. */
  interface Product {
    /** Computes C. */
    void multiply();

    /** C in row-major order. */
    float[] result();
  }
}
