package dev.lanewise.internal.kernel.vector;

import dev.lanewise.internal.kernel.Lanes;
import dev.lanewise.internal.kernel.Memory;
import dev.lanewise.internal.kernel.PoolKernel;
import dev.lanewise.internal.kernel.scalar.ScalarPoolF32;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Pooling: maxima with one window in each lane, their gradient with one element of the image.
 * Vectors may be read beyond the end of a row, as long as that stays within the images; rows at the
 * very end are left to the scalar kernel.
 *
 * <p>No method here takes or returns a vector: C2 may compile a row as part of whatever calls it,
 * and once that has 18,000 nodes it inlines only what is marked so, as the methods of vectors are.
 * A vector passed to any other method would be boxed.
 */
// generates: F64
public final class VectorPoolF32 implements PoolKernel {
  private static final VectorSpecies<Float> SPECIES = Lanes.F32;
  private static final int LANES = SPECIES.length();

  /** Windows whose elements of one row fill a vector. */
  private static final int WINDOWS = LANES / 2;

  private static final long VECTOR = Lanes.BYTES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final VectorShuffle<Float> EVEN = VectorShuffle.makeUnzip(SPECIES, 0);
  private static final VectorShuffle<Float> ODD = VectorShuffle.makeUnzip(SPECIES, 1);
  private static final VectorShuffle<Float> TWICE = VectorShuffle.fromOp(SPECIES, i -> i / 2);
  private static final VectorShuffle<Float> SWAP = VectorShuffle.fromOp(SPECIES, i -> i ^ 1);

  @Override
  public void max(Grid grid, long x, long y) {
    long width = (long) grid.columns() * Float.BYTES;
    long wide = Math.ceilDiv(grid.columns(), LANES) * VECTOR;
    for (int plane = 0; plane < grid.planes(); plane++) {
      for (int r = 0; r < grid.rows(); r++) {
        long at = plane * grid.plane() + 2L * r * grid.row();
        long out = ((long) plane * grid.rows() + r) * width;
        if (fits(grid, at, 2 * wide)) {
          maxRow(grid.columns(), x + at, grid.row(), y + out);
        } else {
          ScalarPoolF32.maxRow(grid.columns(), x + at, grid.row(), y + out);
        }
      }
    }
  }

  /** Whether {@code bytes} from offset {@code at} and in the row below are within the windows. */
  private static boolean fits(Grid grid, long at, long bytes) {
    long last = (grid.planes() - 1) * grid.plane() + (2L * grid.rows() - 1) * grid.row();
    return at + grid.row() + bytes <= last + 2L * grid.columns() * Float.BYTES;
  }

  private static void maxRow(int n, long x, long row, long y) {
    x = Memory.at(x);
    row = Memory.stride(row);
    y = Memory.at(y);
    for (int j = 0; j < n; j += LANES) {
      long from = x + 2L * j * Float.BYTES;
      FloatVector low =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from, ORDER)
              .max(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + row, ORDER));
      FloatVector high =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + VECTOR, ORDER)
              .max(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + row + VECTOR, ORDER));
      FloatVector result = low.rearrange(EVEN, high).max(low.rearrange(ODD, high));
      long to = y + (long) j * Float.BYTES;
      if (n - j >= LANES) {
        result.intoMemorySegment(Memory.ALL, to, ORDER);
      } else {
        VectorMask<Float> rest = SPECIES.indexInRange(0, n - j);
        result.intoMemorySegment(Memory.ALL, to, ORDER, rest);
      }
    }
  }

  @Override
  public void maxGradient(Grid grid, long x, long y, long g, long dx) {
    long width = (long) grid.columns() * Float.BYTES;
    long vectors = Math.ceilDiv(grid.columns(), WINDOWS);
    long read =
        (vectors + 1) * (VECTOR / 2); // of a row of maxima: each vector of it is used by half
    long end = (long) grid.planes() * grid.rows() * width;
    for (int plane = 0; plane < grid.planes(); plane++) {
      for (int r = 0; r < grid.rows(); r++) {
        long at = plane * grid.plane() + 2L * r * grid.row();
        long out = ((long) plane * grid.rows() + r) * width;
        if (fits(grid, at, vectors * VECTOR) && out + read <= end) {
          gradientRow(grid.columns(), x + at, grid.row(), y + out, g + out, dx + at);
        } else {
          ScalarPoolF32.gradientRow(grid.columns(), x + at, grid.row(), y + out, g + out, dx + at);
        }
      }
    }
  }

  private static void gradientRow(int n, long x, long row, long y, long g, long dx) {
    x = Memory.at(x);
    row = Memory.stride(row);
    y = Memory.at(y);
    g = Memory.at(g);
    dx = Memory.at(dx);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int j = 0; j < n; j += WINDOWS) {
      long at = (long) j * Float.BYTES;
      FloatVector max =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, y + at, ORDER).rearrange(TWICE);
      FloatVector upper =
          zero.blend(
              1, FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + 2 * at, ORDER).eq(max));
      FloatVector lower =
          zero.blend(
              1,
              FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + row + 2 * at, ORDER).eq(max));
      FloatVector column = upper.add(lower);
      FloatVector share =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, g + at, ORDER)
              .rearrange(TWICE)
              .div(column.add(column.rearrange(SWAP)));
      VectorMask<Float> rest = SPECIES.indexInRange(0, 2 * (n - j));
      upper.mul(share).intoMemorySegment(Memory.ALL, dx + 2 * at, ORDER, rest);
      lower.mul(share).intoMemorySegment(Memory.ALL, dx + row + 2 * at, ORDER, rest);
    }
  }

  @Override
  public void maxOfPixels(int rows, int columns, long pixel, long row, long x, long y) {
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < columns; j++) {
        long out = ((long) r * columns + j) * pixel;
        maxOfPixel((int) pixel, x + 2L * r * row + 2L * j * pixel, row, y + out);
      }
    }
  }

  private static void maxOfPixel(int pixel, long x, long row, long y) {
    x = Memory.at(x);
    row = Memory.stride(row);
    y = Memory.at(y);
    for (int c = 0; c < pixel; c += (int) VECTOR) {
      FloatVector upper =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + c, ORDER)
              .max(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + pixel + c, ORDER));
      FloatVector lower =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + row + c, ORDER)
              .max(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + row + pixel + c, ORDER));
      upper.max(lower).intoMemorySegment(Memory.ALL, y + c, ORDER);
    }
  }

  @Override
  public void maxGradientOfPixels(
      int rows, int columns, long pixel, long row, long x, long g, long dx) {
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < columns; j++) {
        long at = 2L * r * row + 2L * j * pixel;
        long out = ((long) r * columns + j) * pixel;
        gradientOfPixel((int) pixel, x + at, row, g + out, dx + at);
      }
    }
  }

  private static void gradientOfPixel(int pixel, long x, long row, long g, long dx) {
    x = Memory.at(x);
    row = Memory.stride(row);
    g = Memory.at(g);
    dx = Memory.at(dx);
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < pixel; i += (int) VECTOR) {
      FloatVector a = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + i, ORDER);
      FloatVector b = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + pixel + i, ORDER);
      FloatVector c = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + row + i, ORDER);
      FloatVector d =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + row + pixel + i, ORDER);
      FloatVector max = a.max(b).max(c.max(d));
      a = zero.blend(1, a.eq(max));
      b = zero.blend(1, b.eq(max));
      c = zero.blend(1, c.eq(max));
      d = zero.blend(1, d.eq(max));
      FloatVector share =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, g + i, ORDER)
              .div(a.add(c).add(b.add(d)));
      a.mul(share).intoMemorySegment(Memory.ALL, dx + i, ORDER);
      b.mul(share).intoMemorySegment(Memory.ALL, dx + pixel + i, ORDER);
      c.mul(share).intoMemorySegment(Memory.ALL, dx + row + i, ORDER);
      d.mul(share).intoMemorySegment(Memory.ALL, dx + row + pixel + i, ORDER);
    }
  }
}
