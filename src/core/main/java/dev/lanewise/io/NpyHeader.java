package dev.lanewise.io;

import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an npy file says before its data.
 *
 * @param type the elements' type
 * @param bigEndian whether their bytes are in that order
 * @param fortran whether the first index moves fastest
 * @param shape the array's shape
 */
record NpyHeader(NpyType type, boolean bigEndian, boolean fortran, Shape shape) {
  /** The longest header that is read; NumPy's own limit. */
  private static final int MAX_BYTES = 10_000;

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int ALIGNMENT = 64;

  /** NumPy leaves room for the axis that grows when data are appended: this many digits. */
  private static final int GROWTH_DIGITS = 21;

  /** Reads the header, up to the first byte of the data. */
  static NpyHeader read(Source in) {
    byte[] start = new byte[MAGIC.length + 2];
    int count = in.read(start, start.length);
    if (count < MAGIC.length || !Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new FormatException(in.name(), 0, "no \\x93NUMPY", "an npy file, which begins with it");
    }
    if (count < start.length) {
      throw in.cutShort("the version of the format");
    }
    int major = start[MAGIC.length] & 0xFF;
    int minor = start[MAGIC.length + 1] & 0xFF;
    if (major < 1 || major > 3 || minor != 0) {
      throw new FormatException(
          in.name(), MAGIC.length, "npy version " + major + "." + minor, "1.0, 2.0 or 3.0");
    }
    byte[] text = new byte[length(in, major == 1 ? Short.BYTES : Integer.BYTES)];
    long base = in.offset();
    if (in.read(text, text.length) < text.length) {
      throw in.cutShort("a header of " + text.length + " bytes");
    }
    return new NpyHeaderParser(text, in.name(), base).parse();
  }

  private static int length(Source in, int bytes) {
    long at = in.offset();
    byte[] field = new byte[Integer.BYTES];
    if (in.read(field, bytes) < bytes) {
      throw in.cutShort("the length of the header in " + bytes + " bytes");
    }
    int length = ByteBuffer.wrap(field).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (Integer.toUnsignedLong(length) > MAX_BYTES) {
      throw new FormatException(
          in.name(),
          at,
          "a header of " + Integer.toUnsignedString(length) + " bytes",
          "at most " + MAX_BYTES,
          "an array without named fields needs no more");
    }
    return length;
  }

  /** The bytes before the data as NumPy writes them: version 1.0, a multiple of 64. */
  ByteBuffer bytes() {
    StringBuilder text = new StringBuilder();
    text.append("{'descr': '").append(type.descr()).append("', 'fortran_order': ");
    text.append(fortran ? "True" : "False").append(", 'shape': (");
    long[] dims = shape.dims();
    for (int i = 0; i < dims.length; i++) {
      text.append(i == 0 ? "" : ", ").append(dims[i]);
    }
    text.append(dims.length == 1 ? ",), }" : "), }");
    if (dims.length > 0) {
      long growing = dims[fortran ? dims.length - 1 : 0];
      text.repeat(' ', GROWTH_DIGITS - Long.toString(growing).length());
    }
    int before = MAGIC.length + 2 + Short.BYTES;
    int padding = ALIGNMENT - (before + text.length() + 1) % ALIGNMENT;
    text.repeat(' ', padding).append('\n');
    ByteBuffer bytes =
        ByteBuffer.allocate(before + text.length()).order(ByteOrder.LITTLE_ENDIAN).put(MAGIC);
    bytes.put((byte) 1).put((byte) 0).putShort((short) text.length());
    return bytes.put(text.toString().getBytes(StandardCharsets.US_ASCII)).flip();
  }

  @Override
  public String toString() {
    return type.name().toLowerCase(Locale.ROOT) + " data of shape " + shape;
  }

  /** A header's type without its byte order, checked. */
  static NpyType type(String descr, String file, long at) {
    NpyType type = descr.isEmpty() ? null : NpyType.named(descr.substring(1));
    boolean ordered =
        type != null && (type.bytes == 1 ? "|<>" : "<>").indexOf(descr.charAt(0)) >= 0;
    if (type == null || !ordered) {
      throw new FormatException(
          file,
          at,
          "the element type " + FormatException.quote(descr),
          "'<' or '>' ('|' for single bytes) and one of " + NpyType.codes(),
          hint(descr));
    }
    return type;
  }

  private static @Nullable String hint(String descr) {
    return switch (descr.length() < 2 ? ' ' : descr.charAt(1)) {
      case 'O' -> "objects are pickled Python, which is never run; save a numeric array";
      case 'V' -> "npy has no bfloat16 and no records; save as safetensors, or one array a field";
      case 'S', 'U' -> "text has no tensor type; encode it as numbers";
      default -> "convert it with astype";
    };
  }

  /** The shape of extents, or a refusal of those that overflow. */
  static Shape shape(long[] dims, String file, long at) {
    try {
      return Shape.of(dims);
    } catch (ShapeException e) {
      FormatException overflow =
          new FormatException(
              file, at, String.valueOf(e.getMessage()), "a shape that fits in memory");
      overflow.initCause(e);
      throw overflow;
    }
  }
}
