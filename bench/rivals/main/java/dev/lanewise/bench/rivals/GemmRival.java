package dev.lanewise.bench.rivals;

import dev.lanewise.cli.bench.FmaPeak;
import dev.lanewise.cli.bench.GemmBench;
import dev.lanewise.cli.bench.Medians;
import dev.lanewise.internal.kernel.Precision;
import java.util.List;

/** Measures the matrix product of a library, after a look at what it computes. */
final class GemmRival {
  private final Gemm gemm;

  private GemmRival(Gemm gemm) {
    this.gemm = gemm;
  }

  /**
   * The rival of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static GemmRival of(String name) {
    return new GemmRival(
        switch (name) {
          case "vectorblas" -> Netlib.vector();
          case "jniblas" -> Netlib.jni();
          case "ejml" -> new Ejml();
          case "nd4j" -> new Nd4jGemm();
          case "mkl" -> NativeGemm.mkl();
          case "onednn" -> NativeGemm.onednn();
          default ->
              throw new IllegalArgumentException(
                  "unknown library \"%s\"; known: %s"
                      .formatted(name, "vectorblas, jniblas, ejml, nd4j, mkl, onednn"));
        });
  }

  /**
   * Measures products on one thread, each for about {@code seconds}.
   *
   * @throws IllegalArgumentException if a matrix is stored transposed
   */
  GemmBench.Report run(List<GemmBench.Size> sizes, double seconds) {
    if (sizes.stream().anyMatch(size -> size.transA() || size.transB())) {
      throw new IllegalArgumentException("rivals multiply matrices stored as they are");
    }
    double peak = new FmaPeak().gflops(Precision.F32, 1, Math.min(1, seconds));
    return new GemmBench.Report(
        gemm.name(),
        Precision.F32,
        1,
        gemm.core(),
        peak,
        sizes.stream().map(size -> measure(size, seconds)).toList());
  }

  private static float[] random(int rows, int columns) {
    double[] values = GemmBench.Size.random(rows, columns);
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private GemmBench.Result measure(GemmBench.Size size, double seconds) {
    float[] a = random(size.m(), size.k());
    float[] b = random(size.k(), size.n());
    Gemm.Product product = gemm.product(size, a, b);
    product.multiply();
    check(size, a, b, product.result());
    double gflops = size.flops() / Medians.seconds(product::multiply, seconds) * 1e-9;
    return GemmBench.Result.of(size, gflops);
  }

  /** Compares the corners and some elements between them with sums in F64. */
  private void check(GemmBench.Size size, float[] a, float[] b, float[] c) {
    int n = size.n();
    int k = size.k();
    // each of k roundings of a sum below k, by as much as half a unit
    double tolerance = (double) k * k * Math.ulp(0.5f);
    int step = Math.max(1, c.length / 1009);
    for (int at = 0; at < c.length + step - 1; at += step) {
      int index = Math.min(at, c.length - 1);
      double sum = 0;
      for (int i = 0; i < k; i++) {
        sum += (double) a[index / n * k + i] * b[i * n + index % n];
      }
      if (!(Math.abs(c[index] - sum) <= tolerance)) {
        throw new IllegalStateException(
            "%s: element %d of %s is %s, in F64 %s"
                .formatted(gemm.name(), index, size, c[index], sum));
      }
    }
  }
}
