package dev.lanewise.io;

import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The bytes of tensors, as files take them: row-major, little-endian, in pieces. */
final class TensorBytes {
  /** The longest piece read or written in one call; a Java buffer cannot hold more than 2 GiB. */
  static final long PIECE_BYTES = 1 << 26;

  private TensorBytes() {}

  /** Takes one piece after the other. */
  interface Sink {
    void accept(ByteBuffer piece) throws IOException;
  }

  /** Hands out all elements of a tensor, whatever its layout. */
  static void write(Tensor tensor, Sink out) throws IOException {
    try (Scope scope = Scope.open()) {
      Tensor dense =
          tensor.isContiguous()
              ? tensor
              : scope.allocate(tensor.dtype(), tensor.shape()).copyFrom(tensor);
      MemorySegment bytes = dense.segment();
      for (long at = 0; at < bytes.byteSize(); at += PIECE_BYTES) {
        out.accept(piece(bytes, at));
      }
    }
  }

  static ByteBuffer piece(MemorySegment bytes, long at) {
    return bytes.asSlice(at, Math.min(PIECE_BYTES, bytes.byteSize() - at)).asByteBuffer();
  }

  /** The formats are little-endian, tensors are in the machine's order; bytes are copied as is. */
  static void requireLittleEndian(String format) {
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new UnsupportedOperationException(format + " needs a little-endian machine");
    }
  }
}
