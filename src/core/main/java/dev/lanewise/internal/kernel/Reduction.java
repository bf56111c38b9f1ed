package dev.lanewise.internal.kernel;

/**
 * What a reduction joins elements with, and the fixed order of <b>reduce-v1</b>: element i of a
 * block goes to lane i mod L of a virtual vector (L = 32 in binary32, 16 in binary64), each lane is
 * an ordinary chain starting from the identity, lanes join j with j + L/2, + L/4, ... + 1, and the
 * blocks of {@value #BLOCK} elements join by {@link #tree}.
 */
public enum Reduction {
  /** Sum; -0.0 is the identity, so that a sum of negative zeros stays one. */
  SUM(-0.0),
  /** Maximum; NaN wins. */
  MAX(Double.NEGATIVE_INFINITY),
  /** Minimum; NaN wins. */
  MIN(Double.POSITIVE_INFINITY);

  /** Elements in a block. */
  public static final int BLOCK = 4096;

  /** Bytes of scratch memory for the lanes of either precision. */
  public static final int LANES_BYTES = 32 * Float.BYTES;

  private final double identity;

  Reduction(double identity) {
    this.identity = identity;
  }

  /** The value that changes nothing. */
  public double identity() {
    return identity;
  }

  /** Number of virtual lanes. */
  public static int lanes(Precision precision) {
    return LANES_BYTES / precision.bytes();
  }

  /** The joining of two values in {@code precision}. */
  public double join(Precision precision, double a, double b) {
    return switch (this) {
      case SUM -> precision.round(a + b);
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
    };
  }

  /** The expression that joins {@code a} and {@code b}. */
  public Expr join(Expr a, Expr b) {
    return switch (this) {
      case SUM -> a.add(b);
      case MAX -> a.max(b);
      case MIN -> a.min(b);
    };
  }

  /** Joins the virtual lanes at address {@code lanes}, which it overwrites. */
  double joinLanes(Precision precision, long lanes) {
    int bytes = precision.bytes();
    for (int half = lanes(precision) / 2; half > 0; half /= 2) {
      for (int j = 0; j < half; j++) {
        long left = lanes + (long) j * bytes;
        double right = Memory.get(precision, left + (long) half * bytes);
        Memory.put(precision, left, join(precision, Memory.get(precision, left), right));
      }
    }
    return Memory.get(precision, lanes);
  }

  /** The values of the blocks of one reduction. */
  @FunctionalInterface
  public interface Blocks {
    /** The value of block {@code index}. */
    double at(long index);
  }

  /**
   * Joins blocks {@code from} to {@code to} (at least one) by the fixed binary tree: the left side
   * takes the largest power of two that is smaller than the count.
   */
  public double tree(Precision precision, long from, long to, Blocks blocks) {
    if (to - from == 1) {
      return blocks.at(from);
    }
    long middle = from + Long.highestOneBit(to - from - 1);
    double left = tree(precision, from, middle, blocks);
    return join(precision, left, tree(precision, middle, to, blocks));
  }
}
