package dev.lanewise.bench;

import dev.lanewise.internal.kernel.MatMulKernel;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Matrix products in F32 on one thread: C[m, n] = op(A)[m, k] op(B)[k, n]. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(org.openjdk.jmh.annotations.Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH injects the parameters and calls setUp
public class MatMulBench {
  /** Which kernels. */
  @Param({"scalar", "vector", "openblas"})
  public String kernels;

  /**
   * m x n x k and whether A and B are stored transposed (T) or not (N): the products of the step of
   * 784-512-512-10 with batch 128 (forward NT, weights' gradient TN, input's gradient NN), squares,
   * and odd sizes.
   */
  @Param({
    "128x512x784-NT",
    "128x512x512-NT",
    "128x10x512-NT",
    "512x784x128-TN",
    "512x512x128-TN",
    "10x512x128-TN",
    "128x512x512-NN",
    "128x512x10-NN",
    "512x512x512-NN",
    "1024x1024x1024-NN",
    "127x509x383-NN",
    "33x17x65-TN",
  })
  public String shape;

  private final Scope scope = Scope.open("bench");
  private Product product;
  private MatMulKernel kernel;
  private long a;
  private long b;
  private long c;
  private long workspace;

  /** A product's shape, and its call. */
  private record Product(int m, int n, int k, boolean transA, boolean transB) {
    static Product parse(String shape) {
      String[] parts = shape.split("[x-]", -1);
      return new Product(
          Integer.parseInt(parts[0]),
          Integer.parseInt(parts[1]),
          Integer.parseInt(parts[2]),
          parts[3].charAt(0) == 'T',
          parts[3].charAt(1) == 'T');
    }

    long workspaceBytes(MatMulKernel kernel) {
      return kernel.workspaceBytes(transA, transB, m, n, k);
    }

    void run(MatMulKernel kernel, long a, long b, long c, long workspace) {
      long lda = transA ? m : k;
      long ldb = transB ? k : n;
      kernel.gemm(transA, transB, m, n, k, 1, a, lda, b, ldb, 0, c, n, workspace);
    }
  }

  /** Fills the matrices and checks one product against the scalar reference. */
  @Setup
  public void setUp() {
    product = Product.parse(shape);
    kernel = Fixture.kernels(kernels).matmulF32();
    MatMulKernel reference = Fixture.kernels("scalar").matmulF32();
    a = Fixture.random(scope, product.m, product.k).address();
    b = Fixture.random(scope, product.k, product.n).address();
    Tensor found = scope.zeros(DType.F32, Shape.of(product.m, product.n));
    Tensor expected = scope.zeros(DType.F32, Shape.of(product.m, product.n));
    c = found.address();
    workspace = scope.allocate(DType.U8, Shape.of(product.workspaceBytes(kernel))).address();
    long spare = scope.allocate(DType.U8, Shape.of(product.workspaceBytes(reference))).address();
    product.run(reference, a, b, expected.address(), spare);
    product.run(kernel, a, b, c, workspace);
    // each of k roundings of a sum below k, by as much as half a unit, in either kernel
    double rounding = (double) product.k * product.k * Math.ulp(0.5f);
    Fixture.check(found, expected, kernels.equals("openblas") ? rounding : 0);
  }

  /** Frees the memory. */
  @TearDown
  public void close() {
    scope.close();
  }

  /** The product. */
  @Benchmark
  public void matmul(Flops flops) {
    product.run(kernel, a, b, c, workspace);
    flops.flop += 2L * product.m * product.n * product.k;
  }
}
