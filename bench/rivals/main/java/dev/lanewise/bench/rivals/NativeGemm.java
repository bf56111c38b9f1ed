package dev.lanewise.bench.rivals;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.lanewise.cli.bench.GemmBench;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** Native libraries, called with off-heap matrices. */
@SuppressWarnings("restricted")
final class NativeGemm implements Gemm {
  private static final byte NO_TRANSPOSE = 'N';
  private static final int CACHE_LINE = 64;

  private final String name;
  private final String core;
  private final Call call;

  /** C = A B, matrices by address. */
  @FunctionalInterface
  private interface Call {
    void multiply(int m, int n, int k, MemorySegment a, MemorySegment b, MemorySegment c)
        throws Throwable;
  }

  private NativeGemm(String name, String core, Call call) {
    this.name = name;
    this.core = core;
    this.call = call;
  }

  /** Intel's MKL, which does not say what kernels it has chosen. */
  static NativeGemm mkl() {
    NativeLibrary library = NativeLibrary.open(Path.of("mkl", "libmkl_rt.so.2"));
    MethodHandle version =
        library.function("MKL_Get_Version_String", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT));
    MethodHandle sgemm =
        library.function(
            "cblas_sgemm",
            FunctionDescriptor.ofVoid(
                JAVA_INT,
                JAVA_INT,
                JAVA_INT,
                JAVA_INT,
                JAVA_INT,
                JAVA_INT,
                JAVA_FLOAT,
                ADDRESS,
                JAVA_INT,
                ADDRESS,
                JAVA_INT,
                JAVA_FLOAT,
                ADDRESS,
                JAVA_INT));
    int rows = 101;
    int plain = 111;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(200);
      version.invokeExact(text, (int) text.byteSize());
      return new NativeGemm(
          "MKL",
          text.getString(0).strip(),
          (m, n, k, a, b, c) -> {
            sgemm.invokeExact(rows, plain, plain, m, n, k, 1f, a, k, b, n, 0f, c, n);
          });
    } catch (Throwable e) {
      throw new IllegalStateException("MKL", e);
    }
  }

  /** oneDNN's matrix product with the interface of BLAS. */
  static NativeGemm onednn() {
    NativeLibrary library = NativeLibrary.open(Path.of("dnnl", "libdnnl.so.3"));
    MethodHandle isa =
        library.function("dnnl_get_effective_cpu_isa", FunctionDescriptor.of(JAVA_INT));
    MethodHandle version = library.function("dnnl_version", FunctionDescriptor.of(ADDRESS));
    MethodHandle sgemm =
        library.function(
            "dnnl_sgemm",
            FunctionDescriptor.of(
                JAVA_INT,
                JAVA_BYTE,
                JAVA_BYTE,
                JAVA_LONG,
                JAVA_LONG,
                JAVA_LONG,
                JAVA_FLOAT,
                ADDRESS,
                JAVA_LONG,
                ADDRESS,
                JAVA_LONG,
                JAVA_FLOAT,
                ADDRESS,
                JAVA_LONG));
    try {
      MemorySegment numbers = ((MemorySegment) version.invokeExact()).reinterpret(12);
      return new NativeGemm(
          "oneDNN",
          "%d.%d, instruction set 0x%x"
              .formatted(
                  numbers.getAtIndex(JAVA_INT, 0),
                  numbers.getAtIndex(JAVA_INT, 1),
                  (int) isa.invokeExact()),
          (m, n, k, a, b, c) -> {
            int status =
                (int)
                    sgemm.invokeExact(
                        NO_TRANSPOSE,
                        NO_TRANSPOSE,
                        (long) m,
                        (long) n,
                        (long) k,
                        1f,
                        a,
                        (long) k,
                        b,
                        (long) n,
                        0f,
                        c,
                        (long) n);
            if (status != 0) {
              throw new IllegalStateException("dnnl_sgemm: status " + status);
            }
          });
    } catch (Throwable e) {
      throw new IllegalStateException("oneDNN", e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String core() {
    return core;
  }

  @Override
  public Product product(GemmBench.Size size, float[] a, float[] b) {
    MemorySegment left = copy(a);
    MemorySegment right = copy(b);
    MemorySegment product = copy(new float[size.m() * size.n()]);
    return new Product() {
      @Override
      public void multiply() {
        try {
          call.multiply(size.m(), size.n(), size.k(), left, right, product);
        } catch (Throwable e) {
          throw new IllegalStateException(name, e);
        }
      }

      @Override
      public float[] result() {
        return product.toArray(JAVA_FLOAT);
      }
    };
  }

  /** Freed by the collector, some time after the product. */
  private static MemorySegment copy(float[] values) {
    MemoryLayout layout =
        MemoryLayout.sequenceLayout(values.length, JAVA_FLOAT).withByteAlignment(CACHE_LINE);
    return Arena.ofAuto().allocate(layout).copyFrom(MemorySegment.ofArray(values));
  }
}
