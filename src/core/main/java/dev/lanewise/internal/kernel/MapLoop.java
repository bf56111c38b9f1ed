package dev.lanewise.internal.kernel;

/** A compiled elementwise loop, see {@link LoopCompiler#map}. Stateless; allocates nothing. */
public interface MapLoop {

  /**
   * Computes elements {@code from} to {@code from + n} of each of {@code rows} rows. An output may
   * be the same memory as an input (element for element); partial overlap is not allowed.
   *
   * @param at absolute addresses of element 0 of the inputs, then of the outputs, in bytes
   * @param steps how far each of them moves from row to row, in bytes; not read for one row
   * @param params the scalars, rounded to the loop's precision
   * @param from first element
   * @param n how many elements, 0 to 2^30 - 1
   * @param rows how many rows, at least 1
   */
  void run(long[] at, long[] steps, double[] params, long from, int n, int rows);

  /** As {@link #run(long[], long[], double[], long, int, int)} for one row. */
  default void run(long[] at, double[] params, long from, int n) {
    run(at, at, params, from, n, 1);
  }
}
