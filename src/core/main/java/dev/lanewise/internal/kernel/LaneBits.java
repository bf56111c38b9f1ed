package dev.lanewise.internal.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The bit-level steps of function recipes, as scalars and as lanes of both precisions. Conversions
 * between integers and floating point go through a magic constant (adding 1.5 * 2^23 leaves the
 * integer in the low bits), which needs no conversion instruction and is exact.
 */
public final class LaneBits {
  private static final float POW2_MAGIC_F32 = 0x1.8p23f + 127;
  private static final double POW2_MAGIC_F64 = 0x1.8p52 + 1023;
  private static final float EXPONENT_MAGIC_F32 = 0x1p23f + 127;
  private static final double EXPONENT_MAGIC_F64 = 0x1p52 + 1023;
  private static final int MANTISSA_BITS_F32 = 23;
  private static final int MANTISSA_BITS_F64 = 52;
  private static final int MANTISSA_MASK_F32 = 0x007fffff;
  private static final long MANTISSA_MASK_F64 = 0x000fffffffffffffL;
  private static final int ONE_F32 = 0x3f800000;
  private static final long ONE_F64 = 0x3ff0000000000000L;
  private static final int INTEGER_F32 = 0x4b000000;
  private static final long INTEGER_F64 = 0x4330000000000000L;

  private LaneBits() {}

  static float pow2(float k) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(k + POW2_MAGIC_F32) << MANTISSA_BITS_F32);
  }

  static double pow2(double k) {
    return Double.longBitsToDouble(
        Double.doubleToRawLongBits(k + POW2_MAGIC_F64) << MANTISSA_BITS_F64);
  }

  static FloatVector pow2(FloatVector k) {
    return k.add(POW2_MAGIC_F32)
        .reinterpretAsInts()
        .lanewise(VectorOperators.LSHL, MANTISSA_BITS_F32)
        .reinterpretAsFloats();
  }

  static DoubleVector pow2(DoubleVector k) {
    return k.add(POW2_MAGIC_F64)
        .reinterpretAsLongs()
        .lanewise(VectorOperators.LSHL, MANTISSA_BITS_F64)
        .reinterpretAsDoubles();
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

  static FloatVector exponent(FloatVector x) {
    return x.reinterpretAsInts()
        .lanewise(VectorOperators.LSHR, MANTISSA_BITS_F32)
        .or(INTEGER_F32)
        .reinterpretAsFloats()
        .sub(EXPONENT_MAGIC_F32);
  }

  static DoubleVector exponent(DoubleVector x) {
    return x.reinterpretAsLongs()
        .lanewise(VectorOperators.LSHR, MANTISSA_BITS_F64)
        .or(INTEGER_F64)
        .reinterpretAsDoubles()
        .sub(EXPONENT_MAGIC_F64);
  }

  static float mantissa(float x) {
    return Float.intBitsToFloat((Float.floatToRawIntBits(x) & MANTISSA_MASK_F32) | ONE_F32);
  }

  static double mantissa(double x) {
    return Double.longBitsToDouble((Double.doubleToRawLongBits(x) & MANTISSA_MASK_F64) | ONE_F64);
  }

  static FloatVector mantissa(FloatVector x) {
    return x.reinterpretAsInts().and(MANTISSA_MASK_F32).or(ONE_F32).reinterpretAsFloats();
  }

  static DoubleVector mantissa(DoubleVector x) {
    return x.reinterpretAsLongs().and(MANTISSA_MASK_F64).or(ONE_F64).reinterpretAsDoubles();
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

  static FloatVector copySign(FloatVector magnitude, FloatVector sign) {
    return magnitude
        .reinterpretAsInts()
        .and(Integer.MAX_VALUE)
        .or(sign.reinterpretAsInts().and(Integer.MIN_VALUE))
        .reinterpretAsFloats();
  }

  static DoubleVector copySign(DoubleVector magnitude, DoubleVector sign) {
    return magnitude
        .reinterpretAsLongs()
        .and(Long.MAX_VALUE)
        .or(sign.reinterpretAsLongs().and(Long.MIN_VALUE))
        .reinterpretAsDoubles();
  }
}
