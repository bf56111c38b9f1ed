package dev.lanewise.cli.bench;

import dev.lanewise.engine.KernelChoice;
import dev.lanewise.internal.kernel.Kernels;
import dev.lanewise.internal.kernel.Lanes;
import dev.lanewise.internal.kernel.MatMulKernel;
import dev.lanewise.internal.kernel.MatMulProvider;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The speed of a matrix product kernel in F32, next to what the processor can do at most. */
public final class GemmBench {
  private final String kernels;
  private final String core;
  private final MatMulKernel kernel;

  /**
   * What is measured.
   *
   * @param kernels the kernels' name
   * @param threads that multiply
   * @param core what the kernel is built for: vector width, or OpenBLAS with its core
   * @param fmaPeakGflops of FMAs in registers, on the same threads
   * @param results one for each size
   */
  public record Report(
      String kernels, int threads, String core, double fmaPeakGflops, List<Result> results) {}

  /**
   * One size: C[m, n] = A[m, k] B[k, n], 2 m n k operations.
   *
   * @param gflops from the median duration
   */
  public record Result(int m, int n, int k, double gflops) {}

  /** What is multiplied: C[m, n] = A[m, k] B[k, n]. */
  public record Size(int m, int n, int k) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,5})(?:x(\\d{1,5})x(\\d{1,5}))?");
    private static final int MOST = 16_384;

    /**
     * Reads {@code N} for a square product, or {@code MxNxK}.
     *
     * @throws IllegalArgumentException if it is neither, or not between 1 and 16384
     */
    public static Size parse(String text) {
      Matcher found = FORM.matcher(text);
      if (found.matches()) {
        int m = Integer.parseInt(found.group(1));
        Size size =
            found.group(2) == null
                ? new Size(m, m, m)
                : new Size(m, Integer.parseInt(found.group(2)), Integer.parseInt(found.group(3)));
        if (Math.min(m, Math.min(size.n, size.k)) > 0
            && Math.max(m, Math.max(size.n, size.k)) <= MOST) {
          return size;
        }
      }
      throw new IllegalArgumentException(
          "bench gemm: found size \"%s\", expected N or MxNxK, each from 1 to %d"
              .formatted(text, MOST));
    }

    /** Floating-point operations of a product. */
    public double flops() {
      return 2.0 * m * n * k;
    }

    /** A[m, k] or B[k, n] in row-major order, in [-1, 1), the same for the same shape. */
    public static float[] random(int rows, int columns) {
      SplittableRandom random = new SplittableRandom(rows * 31L + columns);
      float[] values = new float[Math.multiplyExact(rows, columns)];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble(-1, 1);
      }
      return values;
    }
  }

  private GemmBench(String kernels, String core, MatMulKernel kernel) {
    this.kernels = kernels;
    this.core = core;
    this.kernel = kernel;
  }

  /**
   * The bench of some kernels.
   *
   * @throws IllegalArgumentException if the kernels cannot be had here
   */
  public static GemmBench of(KernelChoice choice) {
    return switch (choice) {
      case SCALAR -> new GemmBench("scalar", "no vectors", Kernels.scalar().matmulF32());
      case AUTO, VECTOR ->
          new GemmBench("vector", Lanes.BITS + "-bit vectors", Kernels.vector().matmulF32());
      case OPENBLAS -> {
        MatMulProvider provider = provider();
        yield new GemmBench(provider.name(), provider.description(), provider.f32());
      }
    };
  }

  private static MatMulProvider provider() {
    try {
      return ServiceLoader.load(MatMulProvider.class)
          .findFirst()
          .orElseThrow(
              () -> new IllegalArgumentException("openblas: its module is not on the module path"));
    } catch (ServiceConfigurationError e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalArgumentException("openblas: " + cause.getMessage(), e);
    }
  }

  /**
   * Measures products, each for about {@code seconds}.
   *
   * @param phases hears what it is at
   */
  public Report run(List<Size> sizes, int threads, double seconds, Consumer<String> phases) {
    phases.accept("FMA peak");
    double peak = new FmaPeak().gflops(threads, Math.min(1, seconds));
    return new Report(
        kernels,
        threads,
        core,
        peak,
        sizes.stream().map(size -> measure(size, threads, seconds, phases)).toList());
  }

  /** Each thread multiplies its own strip of the rows, over and over. */
  private Result measure(Size size, int threads, double seconds, Consumer<String> phases) {
    int m = size.m;
    int n = size.n;
    int k = size.k;
    String name = m + " x " + n + " x " + k + ": ";
    try (Scope scope = Scope.open("gemm")) {
      Tensor a = scope.of(Size.random(m, k), m, k);
      Tensor b = scope.of(Size.random(k, n), k, n);
      Tensor c = scope.zeros(DType.F32, Shape.of(m, n));
      long workspaceBytes = kernel.workspaceBytes(false, false, m, n, k);
      Tensor workspaces = scope.allocate(DType.U8, Shape.of(threads, align(workspaceBytes)));
      double gflops =
          Workers.sum(
              threads,
              t -> {
                int from = (int) ((long) m * t / threads);
                int rows = (int) ((long) m * (t + 1) / threads) - from;
                long workspace = workspaces.address() + t * align(workspaceBytes);
                long strideA = (long) from * k * Float.BYTES;
                long strideC = (long) from * n * Float.BYTES;
                double median =
                    Medians.seconds(
                        () ->
                            kernel.gemm(
                                false,
                                false,
                                rows,
                                n,
                                k,
                                1,
                                a.address() + strideA,
                                k,
                                b.address(),
                                n,
                                0,
                                c.address() + strideC,
                                n,
                                workspace),
                        seconds,
                        phase -> {
                          if (t == 0) {
                            phases.accept(name + phase);
                          }
                        });
                return 2.0 * rows * n * k / median * 1e-9;
              });
      return new Result(m, n, k, gflops);
    }
  }

  /** Bytes so that the next workspace is aligned too; never none, which no shape has. */
  private static long align(long bytes) {
    return Math.max(64, (bytes + 63) & -64);
  }
}
