package dev.lanewise.internal.random;

import java.nio.charset.StandardCharsets;

/**
 * A key of counter-based random numbers: where a stream of draws comes from. Immutable; every
 * method is a pure function. SPECIFICATION.md (rng-v1) fixes each bit.
 *
 * <p>A key serves one purpose, for instance the dropout mask of one layer in one step; keys for
 * other purposes derive from it:
 *
 * <pre>{@code
 * RandomKey.ofSeed(42).fold("dropout/2").fold(step)
 * }</pre>
 *
 * <p>Elements are any 64 bits, taken as unsigned.
 *
 * @param value the 64 bits that kernels take
 */
public record RandomKey(long value) {

  private static final long SEED_SPACE = 0x243F6A8885A308D3L;
  private static final long NAME_SPACE = 0x13198A2E03707344L;
  private static final long NUMBER_SPACE = 0xA4093822299F31D0L;

  private static final long FNV_BASIS = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;

  /** The key of a seed; different seeds have different keys. */
  public static RandomKey ofSeed(long seed) {
    return new RandomKey(Threefry.block(SEED_SPACE, seed));
  }

  /** The key of a named stream below this key. */
  public RandomKey fold(String stream) {
    long hash = FNV_BASIS;
    for (byte b : stream.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ Byte.toUnsignedInt(b)) * FNV_PRIME;
    }
    return new RandomKey(Threefry.block(value ^ NAME_SPACE, hash));
  }

  /** The key of a number, such as a step or an epoch, below this key; no two numbers share one. */
  public RandomKey fold(long n) {
    return new RandomKey(Threefry.block(value ^ NUMBER_SPACE, n));
  }

  /** 32 random bits. */
  public int bits(long element) {
    return Threefry.bits(value, element);
  }

  /** 64 random bits. */
  public long bits64(long element) {
    return Threefry.block(value, element);
  }

  /** Uniform in [0, 1), a multiple of 2^-24. */
  public float uniform(long element) {
    return (bits(element) >>> 8) * 0x1p-24f;
  }

  /** Uniform in [0, 1), a multiple of 2^-53. */
  public double uniformDouble(long element) {
    return (bits64(element) >>> 11) * 0x1p-53;
  }

  /** Standard normal, by inversion; magnitudes reach 8.2. */
  public double normal(long element) {
    return InverseNormal.at(((bits64(element) >>> 12) + 0.5) * 0x1p-52);
  }

  /**
   * Uniform in 0 .. {@code bound} - 1.
   *
   * @throws IllegalArgumentException if {@code bound} is not positive
   */
  public long below(long bound, long element) {
    if (bound <= 0) {
      throw new IllegalArgumentException("A random index needs a positive bound, not " + bound);
    }
    return Math.unsignedMultiplyHigh(bits64(element), bound);
  }

  /**
   * The threshold of an event of the given probability: it happens to the elements whose {@link
   * #bits}, as an unsigned number, are below.
   *
   * @throws IllegalArgumentException if {@code probability} is not in [0, 1)
   */
  public static int threshold(double probability) {
    if (!(probability >= 0 && probability < 1)) {
      throw new IllegalArgumentException(
          "A probability must be at least 0 and below 1, not " + probability);
    }
    return (int) (long) (probability * 0x1p32);
  }
}
