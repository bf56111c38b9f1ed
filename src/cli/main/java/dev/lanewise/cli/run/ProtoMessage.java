package dev.lanewise.cli.run;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A message in the wire format of protocol buffers (protobuf.dev/programming-guides/encoding): each
 * field is a key, {@code number << 3 | wire type}, and a value.
 */
final class ProtoMessage {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED_32 = 5;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** An {@code int64}. */
  ProtoMessage integer(int field, long value) {
    varint(field << 3 | VARINT);
    varint(value);
    return this;
  }

  /** A {@code double}. */
  ProtoMessage number(int field, double value) {
    varint(field << 3 | FIXED_64);
    bytes.writeBytes(littleEndian(Double.BYTES).putDouble(value).array());
    return this;
  }

  /** A {@code float}. */
  ProtoMessage number(int field, float value) {
    varint(field << 3 | FIXED_32);
    bytes.writeBytes(littleEndian(Float.BYTES).putFloat(value).array());
    return this;
  }

  /** A {@code string}. */
  ProtoMessage string(int field, String value) {
    return delimited(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** A message within this one. */
  ProtoMessage message(int field, ProtoMessage value) {
    return delimited(field, value.toBytes());
  }

  /** The message as it is now. */
  byte[] toBytes() {
    return bytes.toByteArray();
  }

  private ProtoMessage delimited(int field, byte[] value) {
    varint(field << 3 | LENGTH_DELIMITED);
    varint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  /** Seven bits a byte, the lowest first; the high bit says that more follow. */
  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }

  static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
