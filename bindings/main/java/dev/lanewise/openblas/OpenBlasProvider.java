package dev.lanewise.openblas;

import dev.lanewise.engine.NativeLibraryException;
import dev.lanewise.internal.kernel.Lanes;
import dev.lanewise.internal.kernel.MatMulKernel;
import dev.lanewise.internal.kernel.MatMulProvider;
import dev.lanewise.internal.kernel.Precision;

/** The matrix products of OpenBLAS, each call on the caller's thread alone. */
public final class OpenBlasProvider implements MatMulProvider {

  private static final int AVX512 = 512;

  /** Multiply-adds, where the columns are whole vectors. */
  private static final int SMALL_WHOLE = 200_000;

  private static final int SMALL = 1_000_000;

  /** Rows of A, where B is stored transposed. */
  private static final int FEW_ROWS = 2;

  private final OpenBlasInfo info;
  private final MatMulKernel f32;
  private final MatMulKernel f64;

  /**
   * Loads OpenBLAS.
   *
   * @throws NativeLibraryException when there is none, or none that can be used; in one line
   */
  public OpenBlasProvider() {
    info = OpenBlasLibrary.load();
    f32 = new Sgemm();
    f64 = new Dgemm();
  }

  @Override
  public String name() {
    return "openblas";
  }

  @Override
  public MatMulKernel f32() {
    return f32;
  }

  @Override
  public MatMulKernel f64() {
    return f64;
  }

  /**
   * {@inheritDoc}
   *
   * <p>OpenBLAS multiplies rows by a vector as dot products, which gemm-v1 rules out, and its
   * AVX-512 cores do not pack what takes up to a million multiply-adds. Large squares are left to
   * the vector kernel: by 256-bit vectors, OpenBLAS is level with it in some runs and up to 15 %
   * faster in others at them as a whole, but not at the parts into which they are cut for threads,
   * about an eighth of the columns each. Measured with OpenBLAS 0.3.31: results/zen4/README.md,
   * "Matrix product at cut-offs", "in F64" and "by 256-bit vectors".
   */
  @Override
  public boolean isFaster(
      Precision precision, boolean transA, boolean transB, int m, int n, int k) {
    if (n == 1 && !transA) {
      return true;
    }
    if (Lanes.BITS < AVX512) {
      return false;
    }
    boolean whole = n % (Lanes.BYTES / precision.bytes()) == 0;
    return m <= FEW_ROWS && transB || !transB && (long) m * n * k <= (whole ? SMALL_WHOLE : SMALL);
  }

  @Override
  public String description() {
    return info.description();
  }

  @Override
  public String configuration() {
    return info.configuration();
  }
}
