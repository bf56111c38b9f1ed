package dev.lanewise.openblas;

import dev.lanewise.internal.kernel.Kernels;
import dev.lanewise.internal.kernel.MatMulKernel;
import dev.lanewise.internal.kernel.Memory;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.openblas.cblas.CBlas;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A matrix product by {@code cblas_?gemm}. OpenBLAS answers arguments it refuses by printing a line
 * and computing nothing, so all that it could refuse is refused here.
 */
abstract class OpenBlasGemm implements MatMulKernel {

  private final Precision precision;

  /** For what remains when there is nothing to multiply: scaling C, or overwriting it. */
  private final MatMulKernel scaling;

  OpenBlasGemm(Precision precision) {
    this.precision = precision;
    this.scaling = Kernels.scalar().matmul(precision);
  }

  /**
   * A handle of the function at {@code address} that takes pointers as {@code long}: passing
   * segments would count the users of their arena in each call.
   */
  @SuppressWarnings("restricted") // the descriptor is the generated one
  static MethodHandle withLongPointers(MemorySegment address, FunctionDescriptor descriptor) {
    MemoryLayout[] arguments =
        descriptor.argumentLayouts().stream()
            .map(layout -> layout instanceof AddressLayout ? ValueLayout.JAVA_LONG : layout)
            .toArray(MemoryLayout[]::new);
    return Linker.nativeLinker().downcallHandle(address, FunctionDescriptor.ofVoid(arguments));
  }

  /** Calls OpenBLAS with arguments it accepts. */
  abstract void call(
      int transA,
      int transB,
      int m,
      int n,
      int k,
      double alpha,
      long a,
      int lda,
      long b,
      int ldb,
      double beta,
      long c,
      int ldc)
      throws Throwable;

  @Override
  public final void gemm(
      boolean transA,
      boolean transB,
      int m,
      int n,
      int k,
      double alpha,
      long a,
      long lda,
      long b,
      long ldb,
      double beta,
      long d,
      long ldd,
      long c,
      long ldc,
      long workspace) {
    if (m <= 0 || n <= 0) {
      return;
    }
    if (k <= 0 || precision.round(alpha) == 0) {
      scaling.gemm(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, d, ldd, c, ldc, workspace);
      return;
    }
    int rowsA = transA ? k : m;
    int rowsB = transB ? n : k;
    int leadingA = leading("A", rowsA, transA ? m : k, lda);
    int leadingB = leading("B", rowsB, transB ? k : n, ldb);
    int leadingC = leading("C", m, n, ldc);
    if (d != c && precision.round(beta) != 0) {
      copyRows(m, n, d, ldd, c, ldc);
    }
    try {
      call(
          transA ? CBlas.CblasTrans() : CBlas.CblasNoTrans(),
          transB ? CBlas.CblasTrans() : CBlas.CblasNoTrans(),
          m,
          n,
          k,
          alpha,
          a,
          leadingA,
          b,
          leadingB,
          beta,
          c,
          leadingC);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a downcall throws nothing checked", e);
    }
  }

  /** BLAS adds to C only, so what it adds is put there first. */
  private void copyRows(int rows, int columns, long from, long fromRow, long to, long toRow) {
    int bytes = precision.bytes();
    for (int i = 0; i < rows; i++) {
      MemorySegment.copy(
          Memory.ALL,
          from + i * fromRow * bytes,
          Memory.ALL,
          to + i * toRow * bytes,
          (long) columns * bytes);
    }
  }

  /** The distance between stored rows as OpenBLAS takes it; of a single row it means nothing. */
  private static int leading(String matrix, int rows, int columns, long distance) {
    if (rows == 1) {
      return columns;
    }
    if (distance < columns || distance > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "gemm: rows of %s lie %d elements apart; OpenBLAS takes %d to %d"
              .formatted(matrix, distance, columns, Integer.MAX_VALUE));
    }
    return (int) distance;
  }

  /** 0: OpenBLAS keeps its own buffers, one per thread. */
  @Override
  public final long workspaceBytes(boolean transA, boolean transB, int m, int n, int k) {
    return 0;
  }
}
