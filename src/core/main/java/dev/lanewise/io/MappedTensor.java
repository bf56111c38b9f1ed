package dev.lanewise.io;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A tensor that is a view of a file: nothing is copied, pages are read from the disk as they are
 * touched and given up when memory is short, so that a file may be larger than memory. Read-only,
 * and no part of the off-heap budget. Whoever cuts the file short meanwhile makes reading it fail
 * with an {@link InternalError}; replacing it atomically, as all writers here do, is harmless.
 */
public final class MappedTensor implements AutoCloseable {
  private final Arena arena;
  private final Tensor tensor;

  private MappedTensor(Arena arena, Tensor tensor) {
    this.arena = arena;
    this.tensor = tensor;
  }

  /**
   * Maps the elements of a file, which lie one after the other from a byte on to its end.
   *
   * @throws FormatException if they are not aligned to their size
   * @throws UncheckedIOException if the file cannot be mapped, or is shorter now
   */
  static MappedTensor of(Path file, long at, DType dtype, Shape shape) {
    long bytes = Math.multiplyExact(shape.size(), dtype.bytes());
    if (at % dtype.bytes() != 0) {
      throw unfit(file, at, dtype + " data from byte " + at + " on");
    }
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() < at + bytes) {
        throw new IOException("the file was cut short while it was opened");
      }
      MemorySegment whole = channel.map(FileChannel.MapMode.READ_ONLY, 0, at + bytes, arena);
      return new MappedTensor(arena, Tensor.wrap(whole.asSlice(at), dtype, shape));
    } catch (IOException e) {
      arena.close();
      throw Failures.of("map", file, e);
    }
  }

  /** The refusal of data that must be converted to be used. */
  static FormatException unfit(Path file, long at, String found) {
    return new FormatException(
        file.toString(),
        at,
        found,
        "data that can be used in place: uncompressed, row-major, aligned, of a type and byte order"
            + " that load as they are",
        "read it instead, which copies");
  }

  /** {@return the view, which lives until {@link #close}} */
  public Tensor tensor() {
    return tensor;
  }

  /** Ends the view. Closing twice is harmless. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
