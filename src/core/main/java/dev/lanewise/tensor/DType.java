package dev.lanewise.tensor;

/** The type of a tensor's elements. All are stored in the machine's native byte order. */
public enum DType {
  /** IEEE 754 binary32, Java's {@code float}. */
  F32(4, true),
  /** IEEE 754 binary64, Java's {@code double}. */
  F64(8, true),
  /** Signed 32-bit integer. */
  I32(4, false),
  /** Signed 64-bit integer. */
  I64(8, false),
  /** Unsigned byte, 0 to 255. */
  U8(1, false),
  /** One byte a truth value; zero is false, anything else true. Lanewise writes 0 and 1. */
  BOOL(1, false),
  /** IEEE 754 binary16; a storage format, converted on load and save. */
  F16(2, true),
  /** bfloat16, the upper half of a binary32; a storage format, converted on load and save. */
  BF16(2, true);

  private final int bytes;
  private final boolean floating;

  DType(int bytes, boolean floating) {
    this.bytes = bytes;
    this.floating = floating;
  }

  /**
   * Returns the size of one element.
   *
   * @return 1, 2, 4 or 8 bytes
   */
  public int bytes() {
    return bytes;
  }

  /**
   * Says whether elements are floating-point numbers.
   *
   * @return true for F32, F64, F16 and BF16
   */
  public boolean isFloating() {
    return floating;
  }
}
