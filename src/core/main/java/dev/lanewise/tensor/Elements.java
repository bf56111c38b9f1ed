package dev.lanewise.tensor;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * Single elements and runs of them, by absolute address. A double holds every value of every dtype
 * but I64, so it is what conversions go through; I64 has ways of its own where it matters.
 */
final class Elements {
  private static final MemorySegment ALL = NativeMemory.ALL;

  private Elements() {}

  static double get(DType dtype, long at) {
    return switch (dtype) {
      case F32 -> ALL.get(JAVA_FLOAT, at);
      case F64 -> ALL.get(JAVA_DOUBLE, at);
      case I32 -> ALL.get(JAVA_INT, at);
      case I64 -> ALL.get(JAVA_LONG, at);
      case U8 -> getU8(at);
      case BOOL -> getBool(at);
      case F16 -> getF16(at);
      case BF16 -> getBf16(at);
    };
  }

  static void set(DType dtype, long at, double value) {
    switch (dtype) {
      case F32 -> ALL.set(JAVA_FLOAT, at, (float) value);
      case F64 -> ALL.set(JAVA_DOUBLE, at, value);
      case I32 -> ALL.set(JAVA_INT, at, toInt(value));
      case I64 -> ALL.set(JAVA_LONG, at, toLong(value));
      case U8 -> ALL.set(JAVA_BYTE, at, toU8(value));
      case BOOL -> ALL.set(JAVA_BYTE, at, toBool(value));
      case F16 -> ALL.set(JAVA_SHORT, at, toF16(value));
      case BF16 -> ALL.set(JAVA_SHORT, at, toBf16(value));
    }
  }

  /** As {@link #get}, exact for I64. */
  static long getLong(DType dtype, long at) {
    return dtype == DType.I64 ? ALL.get(JAVA_LONG, at) : toLong(get(dtype, at));
  }

  /** As {@link #set}, exact for I64 and rounding once for F32. */
  static void setLong(DType dtype, long at, long value) {
    switch (dtype) {
      case I64 -> ALL.set(JAVA_LONG, at, value);
      case F32 -> ALL.set(JAVA_FLOAT, at, (float) value);
      default -> set(dtype, at, (double) value);
    }
  }

  /** As {@link #get}, rounding once for I64. */
  static float getFloat(DType dtype, long at) {
    return dtype == DType.I64 ? ALL.get(JAVA_LONG, at) : (float) get(dtype, at);
  }

  /** Reads {@code n} elements that lie {@code step} bytes apart. */
  static void read(DType dtype, long at, long step, double[] out, int n) {
    switch (dtype) {
      case F32 -> {
        for (int i = 0; i < n; i++) {
          out[i] = ALL.get(JAVA_FLOAT, at + i * step);
        }
      }
      case F64 -> {
        for (int i = 0; i < n; i++) {
          out[i] = ALL.get(JAVA_DOUBLE, at + i * step);
        }
      }
      case I32 -> {
        for (int i = 0; i < n; i++) {
          out[i] = ALL.get(JAVA_INT, at + i * step);
        }
      }
      case I64 -> {
        for (int i = 0; i < n; i++) {
          out[i] = ALL.get(JAVA_LONG, at + i * step);
        }
      }
      case U8 -> {
        for (int i = 0; i < n; i++) {
          out[i] = getU8(at + i * step);
        }
      }
      case BOOL -> {
        for (int i = 0; i < n; i++) {
          out[i] = getBool(at + i * step);
        }
      }
      case F16 -> {
        for (int i = 0; i < n; i++) {
          out[i] = getF16(at + i * step);
        }
      }
      case BF16 -> {
        for (int i = 0; i < n; i++) {
          out[i] = getBf16(at + i * step);
        }
      }
    }
  }

  /** Writes {@code n} elements that lie {@code step} bytes apart. */
  static void write(DType dtype, long at, long step, double[] in, int n) {
    switch (dtype) {
      case F32 -> {
        for (int i = 0; i < n; i++) {
          ALL.set(JAVA_FLOAT, at + i * step, (float) in[i]);
        }
      }
      case F64 -> {
        for (int i = 0; i < n; i++) {
          ALL.set(JAVA_DOUBLE, at + i * step, in[i]);
        }
      }
      case I32 -> {
        for (int i = 0; i < n; i++) {
          ALL.set(JAVA_INT, at + i * step, toInt(in[i]));
        }
      }
      case I64 -> {
        for (int i = 0; i < n; i++) {
          ALL.set(JAVA_LONG, at + i * step, toLong(in[i]));
        }
      }
      case U8 -> {
        for (int i = 0; i < n; i++) {
          ALL.set(JAVA_BYTE, at + i * step, toU8(in[i]));
        }
      }
      case BOOL -> {
        for (int i = 0; i < n; i++) {
          ALL.set(JAVA_BYTE, at + i * step, toBool(in[i]));
        }
      }
      case F16 -> {
        for (int i = 0; i < n; i++) {
          ALL.set(JAVA_SHORT, at + i * step, toF16(in[i]));
        }
      }
      case BF16 -> {
        for (int i = 0; i < n; i++) {
          ALL.set(JAVA_SHORT, at + i * step, toBf16(in[i]));
        }
      }
    }
  }

  /** Copies elements of {@code bytes} each as they are; steps in bytes. */
  static void move(int bytes, long to, long toStep, long from, long fromStep, long n) {
    switch (bytes) {
      case 1 -> {
        for (long i = 0; i < n; i++) {
          ALL.set(JAVA_BYTE, to + i * toStep, ALL.get(JAVA_BYTE, from + i * fromStep));
        }
      }
      case 2 -> {
        for (long i = 0; i < n; i++) {
          ALL.set(JAVA_SHORT, to + i * toStep, ALL.get(JAVA_SHORT, from + i * fromStep));
        }
      }
      case 4 -> {
        for (long i = 0; i < n; i++) {
          ALL.set(JAVA_INT, to + i * toStep, ALL.get(JAVA_INT, from + i * fromStep));
        }
      }
      default -> {
        for (long i = 0; i < n; i++) {
          ALL.set(JAVA_LONG, to + i * toStep, ALL.get(JAVA_LONG, from + i * fromStep));
        }
      }
    }
  }

  /** Converts I64 to F32 with one rounding, which going through double would not. */
  static void longsToFloats(long to, long toStep, long from, long fromStep, long n) {
    for (long i = 0; i < n; i++) {
      ALL.set(JAVA_FLOAT, to + i * toStep, (float) ALL.get(JAVA_LONG, from + i * fromStep));
    }
  }

  private static int getU8(long at) {
    return ALL.get(JAVA_BYTE, at) & 0xff;
  }

  private static int getBool(long at) {
    return ALL.get(JAVA_BYTE, at) == 0 ? 0 : 1;
  }

  private static float getF16(long at) {
    return Float.float16ToFloat(ALL.get(JAVA_SHORT, at));
  }

  private static float getBf16(long at) {
    return Float.intBitsToFloat(ALL.get(JAVA_SHORT, at) << 16);
  }

  static int toInt(double value) {
    if (value > -0x1p31 - 1 && value < 0x1p31) {
      return (int) value;
    }
    throw unfit(value, DType.I32);
  }

  static long toLong(double value) {
    if (value >= -0x1p63 && value < 0x1p63) {
      return (long) value;
    }
    throw unfit(value, DType.I64);
  }

  private static byte toU8(double value) {
    if (value > -1 && value < 256) {
      return (byte) (int) value;
    }
    throw unfit(value, DType.U8);
  }

  /** NaN is not zero, hence true, as in NumPy. */
  private static byte toBool(double value) {
    return (byte) (value == 0 ? 0 : 1);
  }

  private static short toF16(double value) {
    return Float.floatToFloat16(toOdd(value));
  }

  private static short toBf16(double value) {
    int bits = Float.floatToRawIntBits(toOdd(value));
    if ((bits & 0x7fffffff) > 0x7f800000) {
      return (short) ((bits >>> 16) | 0x40); // NaN: cut its payload and keep it quiet
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16); // to nearest, ties to even
  }

  /**
   * Narrows to float with the last bit set if anything was lost, so that a second rounding to fewer
   * bits gives what one rounding from double would.
   */
  private static float toOdd(double value) {
    float rounded = (float) value;
    int bits = Float.floatToRawIntBits(rounded);
    if (rounded == value || Double.isNaN(value) || (bits & 1) == 1) {
      return rounded;
    }
    return Float.intBitsToFloat(Math.abs(value) > Math.abs(rounded) ? bits + 1 : bits - 1);
  }

  private static DTypeException unfit(double value, DType dtype) {
    return new DTypeException("the value " + value + " does not fit into " + dtype);
  }
}
