package dev.lanewise.io;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The IDX format of MNIST and its kin, as described with MNIST (LeCun, Cortes, Burges): a type, a
 * shape, then big-endian elements. Files may be gzip-compressed, whatever their name.
 *
 * <p>Unsigned bytes load as U8; signed bytes, 16-bit and 32-bit integers as I32; floats and doubles
 * as F32 and F64.
 */
public final class Idx {
  private static final int MAX_RANK = 8;

  /** So large that reading a usual file calls nothing often enough for the JIT to compile it. */
  private static final int CHUNK_BYTES = 1 << 19;

  private Idx() {}

  /** The element types of the format. */
  private enum Type {
    U8(0x08, 1, DType.U8),
    I8(0x09, 1, DType.I32),
    I16(0x0B, 2, DType.I32),
    I32(0x0C, 4, DType.I32),
    F32(0x0D, 4, DType.F32),
    F64(0x0E, 8, DType.F64);

    final int code;
    final int bytes;
    final DType dtype;

    Type(int code, int bytes, DType dtype) {
      this.code = code;
      this.bytes = bytes;
      this.dtype = dtype;
    }
  }

  /**
   * Reads a file into a scope.
   *
   * @param file the file, plain or gzip
   * @param scope the owner of the tensor
   * @return the tensor
   * @throws FormatException if the file is not a whole, valid IDX file
   * @throws UncheckedIOException if it cannot be read
   * @throws dev.lanewise.tensor.OffHeapBudgetException if the budget does not allow the tensor
   */
  public static Tensor read(Path file, Scope scope) {
    try (Source in = Source.open(file)) {
      byte[] chunk = new byte[CHUNK_BYTES];
      Type type = type(in, chunk);
      Shape shape = shape(in, chunk, chunk[3] & 0xFF);
      in.expectData(data(type, shape), shape.size(), type.bytes);
      Tensor tensor = scope.allocate(type.dtype, shape);
      fill(in, chunk, type, tensor);
      return tensor;
    }
  }

  /**
   * Opens a file as a view, without copying: for data that are larger than memory.
   *
   * @param file the file, not compressed, of unsigned bytes; all else is big-endian
   * @return the view, to be closed
   * @throws FormatException if the file is not a whole, valid IDX file, or its elements cannot be
   *     used in place; {@link #read} copes with the latter
   * @throws UncheckedIOException if it cannot be mapped
   */
  public static MappedTensor map(Path file) {
    try (Source in = Source.open(file)) {
      byte[] start = new byte[MAX_RANK * Integer.BYTES];
      Type type = type(in, start);
      Shape shape = shape(in, start, start[3] & 0xFF);
      in.expectData(data(type, shape), shape.size(), type.bytes);
      if (in.isCompressed() || type != Type.U8) {
        throw MappedTensor.unfit(file, in.offset(), data(type, shape));
      }
      return MappedTensor.of(file, in.offset(), type.dtype, shape);
    }
  }

  private static Type type(Source in, byte[] chunk) {
    int count = in.read(chunk, 4);
    if (count < 4) {
      throw in.cutShort("the 4 bytes that begin an IDX file");
    }
    int magic = ByteBuffer.wrap(chunk).getInt(0);
    int rank = magic & 0xFF;
    if (magic >>> 16 == 0 && rank >= 1 && rank <= MAX_RANK) {
      for (Type type : Type.values()) {
        if (type.code == magic >>> 8) {
          return type;
        }
      }
    }
    throw new FormatException(
        in.name(),
        0,
        String.format("0x%08x", magic),
        "0x0000TTRR, type TT 08, 09, 0b, 0c, 0d or 0e and rank RR 01 to 08",
        "this is no IDX file");
  }

  private static Shape shape(Source in, byte[] chunk, int rank) {
    long at = in.offset();
    if (in.read(chunk, rank * Integer.BYTES) < rank * Integer.BYTES) {
      throw in.cutShort(rank + " dimensions of 4 bytes");
    }
    long[] dims = new long[rank];
    for (int i = 0; i < rank; i++) {
      dims[i] = Integer.toUnsignedLong(ByteBuffer.wrap(chunk).getInt(i * Integer.BYTES));
    }
    try {
      return Shape.of(dims);
    } catch (ShapeException e) {
      FormatException overflow =
          new FormatException(
              in.name(), at, String.valueOf(e.getMessage()), "a shape that fits in memory");
      overflow.initCause(e);
      throw overflow;
    }
  }

  private static void fill(Source in, byte[] chunk, Type type, Tensor tensor) {
    MemorySegment target = tensor.segment();
    ByteBuffer bigEndian = ByteBuffer.wrap(chunk);
    long size = tensor.size();
    long step = CHUNK_BYTES / type.bytes;
    for (long at = 0; at < size; at += step) {
      int count = (int) Math.min(step, size - at);
      if (in.read(chunk, count * type.bytes) < count * type.bytes) {
        throw in.cutShort(data(type, tensor.shape()));
      }
      store(type, bigEndian, count, target, at);
    }
    in.expectEnd(data(type, tensor.shape()));
  }

  private static String data(Type type, Shape shape) {
    return type + " data of shape " + shape;
  }

  private static void store(Type type, ByteBuffer from, int count, MemorySegment target, long at) {
    if (type == Type.U8) {
      MemorySegment bytes = MemorySegment.ofBuffer(from.slice(0, count));
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, target, ValueLayout.JAVA_BYTE, at, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      int source = i * type.bytes;
      switch (type) {
        case I8 -> target.setAtIndex(ValueLayout.JAVA_INT, at + i, from.get(source));
        case I16 -> target.setAtIndex(ValueLayout.JAVA_INT, at + i, from.getShort(source));
        case F64 -> target.setAtIndex(ValueLayout.JAVA_LONG, at + i, from.getLong(source));
        // The bits of a float, like those of an int.
        default -> target.setAtIndex(ValueLayout.JAVA_INT, at + i, from.getInt(source));
      }
    }
  }
}
