package dev.lanewise.onnx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One message of Protocol Buffers in the making: fields are appended, messages within messages too.
 * Large payloads are kept as references to memory, which must live until {@link #writeTo}.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">the encoding</a>
 */
final class Proto {
  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED_32 = 5;
  private static final long PIECE_BYTES = 1 << 26;

  private final List<MemorySegment> parts = new ArrayList<>();
  private long size;

  /** The length of the encoded message. */
  long size() {
    return size;
  }

  /** A field of any integer type. */
  Proto number(int field, long value) {
    return append(tag(field, VARINT, value));
  }

  /** A field of type float. */
  Proto decimal(int field, float value) {
    byte[] tag = varints((long) field << 3 | FIXED_32);
    ByteBuffer bytes = ByteBuffer.allocate(tag.length + Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return append(bytes.put(tag).putFloat(value).array());
  }

  /** A field of type string. */
  Proto text(int field, String value) {
    return bytes(field, MemorySegment.ofArray(value.getBytes(StandardCharsets.UTF_8)));
  }

  /** A field of type bytes. */
  Proto bytes(int field, MemorySegment value) {
    append(tag(field, LENGTH_DELIMITED, value.byteSize()));
    parts.add(value);
    size += value.byteSize();
    return this;
  }

  /** A field that is a message; later changes of {@code value} do not count. */
  Proto message(int field, Proto value) {
    return append(tag(field, LENGTH_DELIMITED, value.size)).fieldsOf(value);
  }

  /** All fields of another message. */
  Proto fieldsOf(Proto other) {
    parts.addAll(other.parts);
    size += other.size;
    return this;
  }

  /** The bytes of numbers as the format has them. */
  static byte[] littleEndian(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return bytes.array();
  }

  /** The bytes of numbers as the format has them. */
  static byte[] littleEndian(long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(values);
    return bytes.array();
  }

  /** Writes the message. */
  void writeTo(WritableByteChannel out) throws IOException {
    for (MemorySegment part : parts) {
      for (long at = 0; at < part.byteSize(); at += PIECE_BYTES) {
        long length = Math.min(PIECE_BYTES, part.byteSize() - at);
        out.write(part.asSlice(at, length).asByteBuffer());
      }
    }
  }

  private Proto append(byte[] bytes) {
    parts.add(MemorySegment.ofArray(bytes));
    size += bytes.length;
    return this;
  }

  private static byte[] tag(int field, int wire, long value) {
    return varints((long) field << 3 | wire, value);
  }

  private static byte[] varints(long... values) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (long value : values) {
      long rest = value;
      while ((rest & ~0x7FL) != 0) {
        bytes.write((int) (rest & 0x7F | 0x80));
        rest >>>= 7;
      }
      bytes.write((int) rest);
    }
    return bytes.toByteArray();
  }
}
