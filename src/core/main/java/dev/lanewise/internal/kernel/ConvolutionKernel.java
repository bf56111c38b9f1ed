package dev.lanewise.internal.kernel;

/**
 * What convolution is made of: matrix products that find their operands by tables, so that patches
 * can be read where they lie in an image, and the moves before and after.
 *
 * <p>Addresses are absolute; they, strides and the entries of tables are in bytes. The caller has
 * checked sizes and liveness. Kernels are stateless and start no threads.
 */
public interface ConvolutionKernel {

  /** Products have a multiple of so many rows. */
  int ROWS = 6;

  /** Rows of B and of the result hold a multiple of so many bytes. */
  int COLUMN_BYTES = 64;

  /** Bytes of start values that a row of equal ones has. */
  int START_BYTES = 2 * COLUMN_BYTES;

  /**
   * {@code C[i, j] = start[i, j] + sum_p A[i, p] B[p, j]} by gemm-v1: one chain of FMAs for each
   * output, p ascending, which begins at the start value.
   *
   * @param m rows, a multiple of {@link #ROWS}
   * @param n columns, whole {@link #COLUMN_BYTES}
   * @param k steps
   * @param aRows m entries, see {@code steps}
   * @param steps 2 k entries: element (i, p) of A lies at {@code a + aRows[i] + steps[2 p]},
   *     element (p, j) of B is element j after {@code b + steps[2 p + 1]}
   * @param start where the start values are; 0 to begin with what C holds
   * @param startRow from the start values of one row to those of the next, maybe 0
   * @param startColumn from the start value of one column to that of the next: the bytes of an
   *     element, or 0 where each row has {@link #START_BYTES} of equal ones
   * @param c the result, dense within rows
   * @param cRow from one row of C to the next
   */
  void multiply(
      int m,
      int n,
      int k,
      long a,
      int[] aRows,
      int[] steps,
      long b,
      long start,
      long startRow,
      long startColumn,
      long c,
      long cRow);

  /**
   * Copies planes of rows of {@code n} elements. Between the first and the last element of the
   * target, up to {@link #COLUMN_BYTES} that follow a row and belong to no row become zeros or stay
   * as they are; rows and planes must ascend.
   */
  void copy(
      int planes,
      int rows,
      int n,
      long from,
      long fromPlane,
      long fromRow,
      long to,
      long toPlane,
      long toRow);

  /**
   * {@code to[j, i] = from[i, j]}.
   *
   * @param rows of the source
   * @param columns of the source
   * @param fromRow from one row of the source to the next
   * @param toRow from one row of the target to the next
   */
  void transpose(int rows, int columns, long from, long fromRow, long to, long toRow);
}
