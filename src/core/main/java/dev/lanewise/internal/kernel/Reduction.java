package dev.lanewise.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

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

  /** Joins the 32 virtual lanes at address {@code lanes}. */
  float joinF32(long lanes) {
    float even = join(join4(lanes, 0, 4), join4(lanes, 2, 6));
    return join(even, join(join4(lanes, 1, 5), join4(lanes, 3, 7)));
  }

  /** Lanes i and j with those that are 8, 16 and 24 further. */
  private float join4(long lanes, int i, int j) {
    float left = join(join(lane(lanes, i), lane(lanes, i + 16)), join8(lanes, i));
    return join(left, join(join(lane(lanes, j), lane(lanes, j + 16)), join8(lanes, j)));
  }

  private float join8(long lanes, int i) {
    return join(lane(lanes, i + 8), lane(lanes, i + 24));
  }

  private float join(float a, float b) {
    return this == SUM ? a + b : this == MAX ? Math.max(a, b) : Math.min(a, b);
  }

  private static float lane(long lanes, int i) {
    return Memory.ALL.get(JAVA_FLOAT_UNALIGNED, lanes + (long) i * Float.BYTES);
  }

  /** Joins the 16 virtual lanes at address {@code lanes}, which it overwrites. */
  double joinF64(long lanes) {
    for (int half = lanes(Precision.F64) / 2; half > 0; half /= 2) {
      for (int j = 0; j < half; j++) {
        double a = Memory.ALL.get(JAVA_DOUBLE_UNALIGNED, lanes + (long) j * Double.BYTES);
        double b = Memory.ALL.get(JAVA_DOUBLE_UNALIGNED, lanes + (long) (j + half) * Double.BYTES);
        Memory.ALL.set(
            JAVA_DOUBLE_UNALIGNED, lanes + (long) j * Double.BYTES, join(Precision.F64, a, b));
      }
    }
    return Memory.ALL.get(JAVA_DOUBLE_UNALIGNED, lanes);
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
