package dev.lanewise.internal.random;

/**
 * Threefry2x32 with 20 rounds in counter mode, as scalars; nothing is allocated. SPECIFICATION.md
 * (rng-v1) fixes it.
 */
public final class Threefry {

  /** What the third key word adds to the exclusive or of the other two (Skein's parity word). */
  public static final int PARITY = 0x1BD11BDA;

  /** Groups of four rounds, each followed by an injection of the key. */
  public static final int GROUPS = 5;

  private Threefry() {}

  /**
   * The block function: 64 random bits for a key and a counter.
   *
   * @param key the first key word in the low, the second in the high 32 bits
   * @param counter the first counter word in the low, the second in the high 32 bits
   * @return the first result word in the low, the second in the high 32 bits
   */
  public static long block(long key, long counter) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    int k2 = k0 ^ k1 ^ PARITY;
    int x0 = (int) counter + k0;
    int x1 = (int) (counter >>> 32) + k1;
    for (int group = 1; group <= GROUPS; group++) {
      boolean odd = (group & 1) != 0;
      x0 += x1;
      x1 = Integer.rotateLeft(x1, odd ? 13 : 17) ^ x0;
      x0 += x1;
      x1 = Integer.rotateLeft(x1, odd ? 15 : 29) ^ x0;
      x0 += x1;
      x1 = Integer.rotateLeft(x1, odd ? 26 : 16) ^ x0;
      x0 += x1;
      x1 = Integer.rotateLeft(x1, odd ? 6 : 24) ^ x0;
      int k = k0; // the key words take turns
      k0 = k1;
      k1 = k2;
      k2 = k;
      x0 += k0;
      x1 += k1 + group;
    }
    return Integer.toUnsignedLong(x0) | ((long) x1 << 32);
  }

  /** 32 random bits for an element: word {@code element % 2} of block {@code element / 2}. */
  public static int bits(long key, long element) {
    return (int) (block(key, element >>> 1) >>> ((element & 1) << 5));
  }
}
