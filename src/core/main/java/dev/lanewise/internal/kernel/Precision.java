package dev.lanewise.internal.kernel;

/** The two arithmetics a lane expression can be compiled for. */
public enum Precision {
  /** IEEE 754 binary32. */
  F32(Float.BYTES),
  /** IEEE 754 binary64. */
  F64(Double.BYTES);

  private final int bytes;

  Precision(int bytes) {
    this.bytes = bytes;
  }

  /** Size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** {@code value} rounded to this precision. */
  public double round(double value) {
    return this == F32 ? (float) value : value;
  }
}
