package dev.lanewise.internal.kernel;

/** A compiled reduction of one block, see {@link LoopCompiler#reduce}. Stateless. */
public interface ReduceLoop {

  /**
   * Reduces elements {@code from} to {@code from + n}, at most one block of reduce-v1, of each of
   * {@code rows} rows.
   *
   * @param at absolute addresses of element 0 of the inputs, in bytes
   * @param steps how far each of them moves from row to row, in bytes; for one row any numbers, as
   *     many
   * @param params the scalars, rounded to the loop's precision
   * @param from first element
   * @param n how many elements, may be 0
   * @param rows how many rows, at least 1
   * @param lanes address of {@link Reduction#LANES_BYTES} bytes of scratch memory
   * @param results address of the rows' values, one after the other in the loop's precision; may be
   *     that of the scratch memory for one row
   * @return the last row's value
   */
  double run(
      long[] at,
      long[] steps,
      double[] params,
      long from,
      int n,
      int rows,
      long lanes,
      long results);

  /** The value of one row. */
  default double run(long[] at, double[] params, long from, int n, long lanes) {
    return run(at, at, params, from, n, 1, lanes, lanes);
  }
}
