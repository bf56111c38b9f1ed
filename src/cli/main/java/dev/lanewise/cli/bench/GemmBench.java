package dev.lanewise.cli.bench;

import dev.lanewise.engine.KernelChoice;
import dev.lanewise.internal.kernel.Kernels;
import dev.lanewise.internal.kernel.Lanes;
import dev.lanewise.internal.kernel.MatMulKernel;
import dev.lanewise.internal.kernel.MatMulProvider;
import dev.lanewise.internal.kernel.Precision;
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

/** The speed of a matrix product kernel, next to what the processor can do at most. */
public final class GemmBench {
  private final String kernels;
  private final String core;
  private final Precision precision;
  private final MatMulKernel kernel;

  /**
   * What is measured.
   *
   * @param kernels the kernels' name
   * @param dtype of the elements
   * @param threads that multiply
   * @param core what the kernel is built for: vector width, or OpenBLAS with its core
   * @param fmaPeakGflops of FMAs in registers, on the same threads
   * @param results one for each size
   */
  public record Report(
      String kernels,
      Precision dtype,
      int threads,
      String core,
      double fmaPeakGflops,
      List<Result> results) {}

  /**
   * One size: C[m, n] = A[m, k] B[k, n], 2 m n k operations.
   *
   * @param form how A and B are stored, see {@link Size#form}
   * @param gflops from the median duration
   */
  public record Result(int m, int n, int k, String form, double gflops) {
    /** The result of a size. */
    public static Result of(Size size, double gflops) {
      return new Result(size.m, size.n, size.k, size.form(), gflops);
    }
  }

  /**
   * What is multiplied: C[m, n] = A[m, k] B[k, n].
   *
   * @param transA whether A is stored as [k, m]
   * @param transB whether B is stored as [n, k]
   */
  public record Size(int m, int n, int k, boolean transA, boolean transB) {
    private static final Pattern FORM =
        Pattern.compile("(\\d{1,5})(?:x(\\d{1,5})x(\\d{1,5}))?(?:-([NT])([NT]))?");
    private static final int MOST = 16_384;

    /**
     * Reads {@code N} for a square product, or {@code MxNxK}, perhaps with the {@link #form} as in
     * {@code MxNxK-NT}.
     *
     * @throws IllegalArgumentException if it is neither, or not between 1 and 16384
     */
    public static Size parse(String text) {
      Matcher found = FORM.matcher(text);
      if (found.matches()) {
        int m = Integer.parseInt(found.group(1));
        boolean square = found.group(2) == null;
        Size size =
            new Size(
                m,
                square ? m : Integer.parseInt(found.group(2)),
                square ? m : Integer.parseInt(found.group(3)),
                "T".equals(found.group(4)),
                "T".equals(found.group(5)));
        if (Math.min(m, Math.min(size.n, size.k)) > 0
            && Math.max(m, Math.max(size.n, size.k)) <= MOST) {
          return size;
        }
      }
      throw new IllegalArgumentException(
          "bench gemm: found size \"%s\", expected N or MxNxK, each from 1 to %d, and perhaps -NT and the like"
              .formatted(text, MOST));
    }

    /** {@code NT} where A is stored as it is and B transposed, {@code NN} and so on. */
    public String form() {
      return (transA ? "T" : "N") + (transB ? "T" : "N");
    }

    /** Floating-point operations of a product. */
    public double flops() {
      return 2.0 * m * n * k;
    }

    /** A[m, k] or B[k, n] in row-major order, in [-1, 1), the same for the same shape. */
    public static double[] random(int rows, int columns) {
      SplittableRandom random = new SplittableRandom(rows * 31L + columns);
      return random.doubles(Math.multiplyExact(rows, columns), -1, 1).toArray();
    }
  }

  private GemmBench(String kernels, String core, Precision precision, MatMulKernel kernel) {
    this.kernels = kernels;
    this.core = core;
    this.precision = precision;
    this.kernel = kernel;
  }

  /**
   * The bench of some kernels in {@code precision}.
   *
   * @throws IllegalArgumentException if the kernels cannot be had here
   */
  public static GemmBench of(KernelChoice choice, Precision precision) {
    return switch (choice) {
      case SCALAR -> of(Kernels.scalar(), "no vectors", precision);
      case AUTO, VECTOR -> of(Kernels.vector(), Lanes.BITS + "-bit vectors", precision);
      case OPENBLAS -> {
        MatMulProvider provider = provider();
        yield of(Kernels.vector().with(provider), provider.description(), precision);
      }
    };
  }

  private static GemmBench of(Kernels set, String core, Precision precision) {
    return new GemmBench(set.name(), core, precision, set.matmul(precision));
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
    double peak = new FmaPeak().gflops(precision, threads, Math.min(1, seconds));
    return new Report(
        kernels,
        precision,
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
    long lda = size.transA ? m : k;
    long ldb = size.transB ? k : n;
    String name = "%d x %d x %d-%s: ".formatted(m, n, k, size.form());
    try (Scope scope = Scope.open("gemm")) {
      Tensor a = random(scope, m, k);
      Tensor b = random(scope, k, n);
      Tensor c = scope.zeros(a.dtype(), Shape.of(m, n));
      long workspaceBytes = kernel.workspaceBytes(size.transA, size.transB, m, n, k);
      Tensor workspaces = scope.allocate(DType.U8, Shape.of(threads, align(workspaceBytes)));
      double gflops =
          Workers.sum(
              threads,
              t -> {
                int from = (int) ((long) m * t / threads);
                int rows = (int) ((long) m * (t + 1) / threads) - from;
                long workspace = workspaces.address() + t * align(workspaceBytes);
                long partA = a.address() + from * (size.transA ? 1 : lda) * precision.bytes();
                long partC = c.address() + (long) from * n * precision.bytes();
                double median =
                    Medians.seconds(
                        () ->
                            kernel.gemm(
                                size.transA,
                                size.transB,
                                rows,
                                n,
                                k,
                                1,
                                partA,
                                lda,
                                b.address(),
                                ldb,
                                0,
                                partC,
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
      return Result.of(size, gflops);
    }
  }

  private Tensor random(Scope scope, int rows, int columns) {
    DType dtype = precision == Precision.F32 ? DType.F32 : DType.F64;
    return scope.allocate(dtype, Shape.of(rows, columns)).copyFrom(Size.random(rows, columns));
  }

  /** Bytes so that the next workspace is aligned too; never none, which no shape has. */
  private static long align(long bytes) {
    return Math.max(64, (bytes + 63) & -64);
  }
}
