package dev.lanewise.internal.kernel;

/** A compiled reduction of one block, see {@link LoopCompiler#reduce}. Stateless. */
public interface ReduceLoop {

  /**
   * Reduces elements {@code from} to {@code from + n}, at most one block of reduce-v1.
   *
   * @param at absolute addresses of element 0 of the inputs, in bytes
   * @param params the scalars, rounded to the loop's precision
   * @param from first element
   * @param n how many elements, may be 0
   * @param lanes address of {@link Reduction#LANES_BYTES} bytes of scratch memory
   * @return the block's value
   */
  double run(long[] at, double[] params, long from, int n, long lanes);
}
