package dev.lanewise.internal.kernel;

/** Distances in units in the last place. */
final class Ulps {

  private Ulps() {}

  /**
   * |got - want| in units of the binary32 spacing at {@code want}; infinite for a wrong special
   * value.
   */
  static double error(float got, double want) {
    float rounded = (float) want;
    if (Float.isNaN(rounded) || Float.isNaN(got) || want == 0) {
      return Float.floatToIntBits(got) == Float.floatToIntBits(rounded)
          ? 0
          : Double.POSITIVE_INFINITY;
    }
    if (Float.isInfinite(got) && Float.isInfinite(rounded)) {
      return got == rounded ? 0 : Double.POSITIVE_INFINITY;
    }
    double finite = Float.isInfinite(got) ? Math.copySign(0x1p128, got) : got;
    int exponent = Math.clamp(Math.getExponent(want), Float.MIN_EXPONENT, Float.MAX_EXPONENT);
    return Math.abs(finite - want) / Math.scalb(1.0, exponent - 23);
  }

  /** How many binary32 numbers lie between two; unlike signs are infinitely far apart. */
  static long between(float a, float b) {
    return between(Float.floatToIntBits(a), Float.floatToIntBits(b), Integer.MIN_VALUE);
  }

  /** How many binary64 numbers lie between two; unlike signs are infinitely far apart. */
  static long between(double a, double b) {
    return between(Double.doubleToLongBits(a), Double.doubleToLongBits(b), Long.MIN_VALUE);
  }

  private static long between(long a, long b, long sign) {
    return (a & sign) == (b & sign) ? Math.abs(a - b) : Long.MAX_VALUE;
  }
}
