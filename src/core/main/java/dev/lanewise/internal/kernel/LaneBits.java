package dev.lanewise.internal.kernel;

/**
 * The bit-level steps of function recipes, as scalars of both precisions; {@link LaneBitsEmitter}
 * writes them for lanes. Conversions between integers and floating point go through a magic
 * constant (adding 1.5 * 2^23 leaves the integer in the low bits), which needs no conversion
 * instruction and is exact.
 */
public final class LaneBits {
  static final float POW2_MAGIC_F32 = 0x1.8p23f + 127;
  static final double POW2_MAGIC_F64 = 0x1.8p52 + 1023;
  static final float EXPONENT_MAGIC_F32 = 0x1p23f + 127;
  static final double EXPONENT_MAGIC_F64 = 0x1p52 + 1023;
  static final int MANTISSA_BITS_F32 = 23;
  static final int MANTISSA_BITS_F64 = 52;
  static final int MANTISSA_MASK_F32 = 0x007fffff;
  static final long MANTISSA_MASK_F64 = 0x000fffffffffffffL;
  static final int ONE_F32 = 0x3f800000;
  static final long ONE_F64 = 0x3ff0000000000000L;
  static final int INTEGER_F32 = 0x4b000000;
  static final long INTEGER_F64 = 0x4330000000000000L;

  private LaneBits() {}

  static float pow2(float k) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(k + POW2_MAGIC_F32) << MANTISSA_BITS_F32);
  }

  static double pow2(double k) {
    return Double.longBitsToDouble(
        Double.doubleToRawLongBits(k + POW2_MAGIC_F64) << MANTISSA_BITS_F64);
  }

  static float exponent(float x) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(x) >>> MANTISSA_BITS_F32 | INTEGER_F32)
        - EXPONENT_MAGIC_F32;
  }

  static double exponent(double x) {
    return Double.longBitsToDouble(
            Double.doubleToRawLongBits(x) >>> MANTISSA_BITS_F64 | INTEGER_F64)
        - EXPONENT_MAGIC_F64;
  }

  static float mantissa(float x) {
    return Float.intBitsToFloat((Float.floatToRawIntBits(x) & MANTISSA_MASK_F32) | ONE_F32);
  }

  static double mantissa(double x) {
    return Double.longBitsToDouble((Double.doubleToRawLongBits(x) & MANTISSA_MASK_F64) | ONE_F64);
  }

  static float copySign(float magnitude, float sign) {
    return Float.intBitsToFloat(
        (Float.floatToRawIntBits(magnitude) & Integer.MAX_VALUE)
            | (Float.floatToRawIntBits(sign) & Integer.MIN_VALUE));
  }

  static double copySign(double magnitude, double sign) {
    return Double.longBitsToDouble(
        (Double.doubleToRawLongBits(magnitude) & Long.MAX_VALUE)
            | (Double.doubleToRawLongBits(sign) & Long.MIN_VALUE));
  }
}
