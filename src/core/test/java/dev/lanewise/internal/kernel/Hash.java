package dev.lanewise.internal.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over little-endian numbers, one NaN for all. */
final class Hash {
  private final MessageDigest digest;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

  Hash() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Adds {@code value} in the precision it has already. */
  Hash add(Precision precision, double value) {
    return precision == Precision.F32
        ? add(Float.floatToIntBits((float) value))
        : add(Double.doubleToLongBits(value));
  }

  Hash add(int value) {
    room(Integer.BYTES).putInt(value);
    return this;
  }

  Hash add(long value) {
    room(Long.BYTES).putLong(value);
    return this;
  }

  /** Adds the n elements at {@code address}. */
  Hash add(Precision precision, long address, long n) {
    for (long i = 0; i < n; i++) {
      add(precision, Memory.get(precision, address + i * precision.bytes()));
    }
    return this;
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      flush();
    }
    return buffer;
  }

  private void flush() {
    digest.update(buffer.flip());
    buffer.clear();
  }

  /** The hash of what was added since the last call. */
  String hex() {
    flush();
    return HexFormat.of().formatHex(digest.digest());
  }
}
