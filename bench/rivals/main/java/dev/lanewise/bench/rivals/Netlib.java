package dev.lanewise.bench.rivals;

import dev.lanewise.cli.bench.GemmBench;
import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;
import dev.ludovic.netlib.blas.NativeBLAS;

/**
 * The BLAS of dev.ludovic.netlib.
 *
 * @param name of the implementation
 * @param core what it computes with
 * @param blas the implementation
 */
record Netlib(String name, String core, BLAS blas) implements Gemm {

  /** In Java, with the Vector API. */
  static Netlib vector() {
    BLAS blas = JavaBLAS.getInstance();
    return new Netlib("netlib " + blas.getClass().getSimpleName(), "Vector API", blas);
  }

  /** Through JNI, on the OpenBLAS that a system property names. */
  static Netlib jni() {
    BLAS blas = NativeBLAS.getInstance();
    return new Netlib(
        "netlib " + blas.getClass().getSimpleName(),
        OpenBlas.description(NativeLibrary.open(OpenBlas.FILE).symbols()),
        blas);
  }

  @Override
  public Product product(GemmBench.Size size, float[] a, float[] b) {
    int m = size.m();
    int n = size.n();
    int k = size.k();
    float[] c = new float[m * n];
    return new Product() {
      @Override
      public void multiply() {
        // columns first: C' = B' A'
        blas.sgemm("N", "N", n, m, k, 1, b, n, a, k, 0, c, n);
      }

      @Override
      public float[] result() {
        return c;
      }
    };
  }
}
