package dev.lanewise.internal.kernel;

/** A compiled elementwise loop, see {@link LoopCompiler#map}. Stateless; allocates nothing. */
public interface MapLoop {

  /** Elements of a row that one call takes, at most. */
  int MOST = (1 << 30) - 1;

  /**
   * Computes elements {@code from} to {@code from + n} of each of {@code rows} rows. An output may
   * be the same memory as an input (element for element); partial overlap is not allowed.
   *
   * @param at absolute addresses of element 0 of the inputs, then of the outputs, in bytes
   * @param steps how far each of them moves from row to row, in bytes; for one row any numbers, as
   *     many
   * @param params the scalars, rounded to the loop's precision
   * @param from first element
   * @param n how many elements, 0 to {@link #MOST}
   * @param rows how many rows, at least 1
   */
  void run(long[] at, long[] steps, double[] params, long from, int n, int rows);

  /** As {@link #run(long[], long[], double[], long, int, int)} for rows of any length. */
  default void run(long[] at, long[] steps, double[] params, long from, long n, int rows) {
    for (long done = 0; done < n; done += MOST) {
      run(at, steps, params, from + done, (int) Math.min(MOST, n - done), rows);
    }
  }

  /** As {@link #run(long[], long[], double[], long, long, int)} for one row. */
  default void run(long[] at, double[] params, long from, long n) {
    run(at, at, params, from, n, 1);
  }
}
