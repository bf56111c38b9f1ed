package dev.lanewise.internal.kernel;

/** A compiled elementwise loop, see {@link LoopCompiler#map}. Stateless; allocates nothing. */
public interface MapLoop {

  /**
   * Computes elements {@code from} to {@code from + n}. An output may be the same memory as an
   * input (element for element); partial overlap is not allowed.
   *
   * @param at absolute addresses of element 0 of the inputs, then of the outputs, in bytes
   * @param params the scalars, rounded to the loop's precision
   * @param from first element
   * @param n how many elements, may be 0
   */
  void run(long[] at, double[] params, long from, int n);
}
