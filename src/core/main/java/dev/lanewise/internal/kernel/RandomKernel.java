package dev.lanewise.internal.kernel;

import dev.lanewise.internal.kernel.scalar.ScalarRandom;
import dev.lanewise.internal.kernel.vector.VectorRandom;

/**
 * Random numbers of rng-v1 (see {@link dev.lanewise.internal.random}), drawn for consecutive
 * elements under one key.
 *
 * <p>Addresses are absolute, in bytes and aligned to the element size. The caller has checked sizes
 * and liveness, and the elements, unsigned, do not run past 2^64. Kernels are stateless and start
 * no threads: the caller cuts the range of elements wherever it likes (at multiples of 32 they run
 * fastest), which changes no bit. All kernels agree to the bit (up to the payload of NaNs).
 */
public sealed interface RandomKernel permits ScalarRandom, VectorRandom {

  /**
   * Uniform numbers in [0, 1): {@code out[i] = uniform(from + i)} for F32, {@code
   * uniformDouble(from + i)} for F64.
   *
   * @param key the value of a {@link dev.lanewise.internal.random.RandomKey}
   * @param from the element of {@code out[0]}
   * @param n number of elements, may be 0
   * @param out address of {@code n} elements of the precision
   */
  void uniform(long key, long from, int n, long out, Precision precision);

  /**
   * Drops elements at random and scales the others: {@code out[i] = bits(from + i) >= threshold ?
   * x[i] * scale : +0}. The mask is the same for both precisions. A dropped element is +0 whatever
   * {@code x[i]} is, NaN included.
   *
   * @param key the value of a {@link dev.lanewise.internal.random.RandomKey}
   * @param threshold the probability to drop, as an unsigned number of 2^-32 (see {@link
   *     dev.lanewise.internal.random.RandomKey#threshold})
   * @param scale factor of what stays, rounded to the precision
   * @param from the element of {@code x[0]} and {@code out[0]}
   * @param n number of elements, may be 0
   * @param x address of {@code n} elements of the precision
   * @param out address of {@code n} elements, {@code x} itself or memory that does not overlap it
   */
  void dropout(
      long key,
      int threshold,
      double scale,
      long from,
      int n,
      long x,
      long out,
      Precision precision);
}
