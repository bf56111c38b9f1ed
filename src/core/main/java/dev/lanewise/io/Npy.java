package dev.lanewise.io;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.DTypeException;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * NumPy's npy format, versions 1.0 to 3.0: one array, what {@code numpy.save} writes. Files may be
 * gzip-compressed, whatever their name.
 *
 * <p>Floats of 64, 32 and 16 bits, signed integers of 64 and 32 bits, unsigned bytes and booleans
 * load as they are; i2, i1 and u2 as I32. Big-endian data are swapped, and arrays in Fortran order
 * become row-major. Everything else is refused, Python objects above all: nothing in a file is ever
 * evaluated.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">the
 *     format</a>
 */
public final class Npy {
  private static final int CHUNK_BYTES = 1 << 16;

  private Npy() {}

  /**
   * Reads a file into a scope.
   *
   * @param file the file, plain or gzip
   * @param scope the owner of the tensor
   * @return the tensor, row-major
   * @throws FormatException if the file is not a whole, valid npy file of a type that loads
   * @throws UncheckedIOException if it cannot be read
   * @throws dev.lanewise.tensor.OffHeapBudgetException if the budget does not allow the tensor
   */
  public static Tensor read(Path file, Scope scope) {
    try (Source in = Source.open(file)) {
      return read(in, scope);
    }
  }

  /**
   * Opens a file as a view, without copying: for arrays that are larger than memory.
   *
   * @param file the file, not compressed, row-major, with little-endian elements
   * @return the view, to be closed
   * @throws FormatException if the file is not a whole, valid npy file, or its elements cannot be
   *     used in place; {@link #read} copes with the latter
   * @throws UncheckedIOException if it cannot be mapped
   */
  public static MappedTensor map(Path file) {
    TensorBytes.requireLittleEndian("npy");
    try (Source in = Source.open(file)) {
      NpyHeader header = NpyHeader.read(in);
      Shape shape = header.shape();
      in.expectData(header.toString(), shape.size(), header.type().bytes);
      boolean swapped = header.bigEndian() && header.type().bytes > 1;
      boolean columns = header.fortran() && shape.rank() > 1;
      if (in.isCompressed() || swapped || columns || header.type().widens()) {
        throw MappedTensor.unfit(file, in.offset(), header.toString());
      }
      return MappedTensor.of(file, in.offset(), header.type().dtype, shape);
    }
  }

  /**
   * Writes or replaces a file, atomically, byte for byte as NumPy does: version 1.0, and in Fortran
   * order if the tensor is the transpose of a row-major one.
   *
   * @param file the file; its folder must exist
   * @param tensor any layout
   * @throws DTypeException if the tensor is BF16, which NumPy does not have
   * @throws UncheckedIOException if writing fails; an old file is then as it was
   */
  public static void write(Path file, Tensor tensor) {
    NpyHeader header = header(tensor);
    AtomicFile.write(file, out -> write(header, tensor, out::write));
  }

  /** The header of a tensor's file. */
  static NpyHeader header(Tensor tensor) {
    TensorBytes.requireLittleEndian("npy");
    NpyType type = NpyType.of(tensor.dtype());
    if (type == null) {
      throw new DTypeException(
          "npy has no " + tensor.dtype() + "; write safetensors, or copy the tensor to F32 first");
    }
    boolean fortran = !tensor.isContiguous() && tensor.transpose().isContiguous();
    return new NpyHeader(type, false, fortran, tensor.shape());
  }

  /** Hands out a file's bytes. */
  static void write(NpyHeader header, Tensor tensor, TensorBytes.Sink out) throws IOException {
    out.accept(header.bytes());
    TensorBytes.write(header.fortran() ? tensor.transpose() : tensor, out);
  }

  /** Reads an open file to its end. */
  static Tensor read(Source in, Scope scope) {
    NpyHeader header = NpyHeader.read(in);
    Shape shape = header.shape();
    in.expectData(header.toString(), shape.size(), header.type().bytes);
    DType dtype = header.type().dtype;
    if (!header.fortran() || shape.rank() < 2) {
      return fill(in, header, scope.allocate(dtype, shape));
    }
    long[] reversed = new long[shape.rank()];
    for (int i = 0; i < reversed.length; i++) {
      reversed[i] = shape.dim(-1 - i);
    }
    try (Scope own = Scope.open("npy")) {
      Tensor columns = fill(in, header, own.allocate(dtype, Shape.of(reversed)));
      return scope.allocate(dtype, shape).copyFrom(columns.transpose());
    }
  }

  private static Tensor fill(Source in, NpyHeader header, Tensor dense) {
    MemorySegment target = dense.segment();
    byte[] chunk = new byte[CHUNK_BYTES];
    ByteBuffer from =
        ByteBuffer.wrap(chunk)
            .order(header.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    int bytes = header.type().bytes;
    long size = dense.size();
    int step = CHUNK_BYTES / bytes;
    for (long at = 0; at < size; at += step) {
      int count = (int) Math.min(step, size - at);
      if (in.read(chunk, count * bytes) < count * bytes) {
        throw in.cutShort(header.toString());
      }
      store(header, from, count, target, at);
    }
    in.expectEnd(header.toString());
    return dense;
  }

  private static void store(
      NpyHeader header, ByteBuffer from, int count, MemorySegment target, long at) {
    NpyType type = header.type();
    int bytes = type.bytes;
    if (from.order() == ByteOrder.nativeOrder() && !type.widens()) {
      MemorySegment.copy(
          MemorySegment.ofBuffer(from.slice(0, count * bytes)),
          ValueLayout.JAVA_BYTE,
          0,
          target,
          ValueLayout.JAVA_BYTE,
          at * bytes,
          (long) count * bytes);
      return;
    }
    for (int i = 0; i < count; i++) {
      switch (type) {
        case I1 -> target.setAtIndex(ValueLayout.JAVA_INT, at + i, from.get(i));
        case I2 -> target.setAtIndex(ValueLayout.JAVA_INT, at + i, from.getShort(i * bytes));
        case U2 ->
            target.setAtIndex(
                ValueLayout.JAVA_INT, at + i, Short.toUnsignedInt(from.getShort(i * bytes)));
        // Bits as they are: what they mean does not matter for swapping them.
        case U1, B1 -> target.set(ValueLayout.JAVA_BYTE, at + i, from.get(i));
        case F2 -> target.setAtIndex(ValueLayout.JAVA_SHORT, at + i, from.getShort(i * bytes));
        case F4, I4 -> target.setAtIndex(ValueLayout.JAVA_INT, at + i, from.getInt(i * bytes));
        case F8, I8 -> target.setAtIndex(ValueLayout.JAVA_LONG, at + i, from.getLong(i * bytes));
      }
    }
  }
}
