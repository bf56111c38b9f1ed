package dev.lanewise.internal.kernel.vector;

import dev.lanewise.internal.kernel.ConvolutionKernel;
import dev.lanewise.internal.kernel.Lanes;
import dev.lanewise.internal.kernel.Memory;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Convolution's products with lanes along the columns, and its moves by whole vectors. */
// generates: F64
public final class VectorConvolutionF32 implements ConvolutionKernel {

  /** Steps between two visits of the accumulators in C: so many rows of B stay in the L1 cache. */
  private static final int DEPTH = 320;

  private static final VectorSpecies<Float> SPECIES = Lanes.F32;
  private static final int LANES = SPECIES.length();
  private static final long VECTOR = Lanes.BYTES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  @Override
  public void multiply(
      int m,
      int n,
      int k,
      long a,
      int[] aRows,
      int[] steps,
      long b,
      long start,
      long startRow,
      long startColumn,
      long c,
      long cRow) {
    int blocks = Math.max(1, (k + DEPTH - 1) / DEPTH);
    int depth = (k + blocks - 1) / blocks;
    for (int block = 0; block < blocks; block++) {
      int begin = block * depth;
      int end = Math.min(k, begin + depth);
      boolean fresh = block == 0 && start != 0;
      for (int j = 0; j < n; ) {
        int vectors = n - j >= 2 * LANES ? 2 : 1;
        long panel = b + (long) j * Float.BYTES;
        long to = c + (long) j * Float.BYTES;
        long from = fresh ? start + j * startColumn : to;
        long fromRow = fresh ? startRow : cRow;
        for (int i = 0; i < m; i += ROWS) {
          ConvolutionTilesF32.panel(
              vectors,
              begin,
              end,
              a,
              i,
              aRows,
              steps,
              panel,
              from + i * fromRow,
              fromRow,
              to + i * cRow,
              cRow);
        }
        j += vectors * LANES;
      }
    }
  }

  @Override
  public void copy(
      int planes,
      int rows,
      int n,
      long from,
      long fromPlane,
      long fromRow,
      long to,
      long toPlane,
      long toRow) {
    if (n == 0) {
      return;
    }
    long row = (long) n * Float.BYTES;
    long fromEnd = from + (planes - 1) * fromPlane + (rows - 1) * fromRow + row;
    long toEnd = to + (planes - 1) * toPlane + (rows - 1) * toRow + row;
    long beyond = (n + LANES - 1) / LANES * VECTOR;
    for (int plane = 0; plane < planes; plane++) {
      long x = from + plane * fromPlane;
      long y = to + plane * toPlane;
      long room = Math.min((fromEnd - beyond - x) / fromRow, (toEnd - beyond - y) / toRow) + 1;
      boolean none = fromEnd - beyond < x || toEnd - beyond < y;
      int safe = none ? 0 : (int) Math.min(rows, room);
      copyVectors(safe, n, x, fromRow, y, toRow);
      for (int r = safe; r < rows; r++) {
        copyElements(n, x + r * fromRow, y + r * toRow);
      }
    }
  }

  /** Rows in whole vectors, ascending; where the last one is not full, it ends in zeros. */
  private static void copyVectors(int rows, int n, long from, long fromRow, long to, long toRow) {
    int whole = n - n % LANES;
    long rest = (long) whole * Float.BYTES;
    FloatVector zero = FloatVector.zero(SPECIES);
    VectorMask<Float> keep = SPECIES.indexInRange(0, n - whole);
    for (int r = 0; r < rows; r++) {
      long x = Memory.at(from + r * fromRow);
      long y = Memory.at(to + r * toRow);
      for (int j = 0; j < whole; j += LANES) {
        long at = (long) j * Float.BYTES;
        FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, ORDER)
            .intoMemorySegment(Memory.ALL, y + at, ORDER);
      }
      if (whole < n) {
        zero.blend(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + rest, ORDER), keep)
            .intoMemorySegment(Memory.ALL, y + rest, ORDER);
      }
    }
  }

  private static void copyElements(int n, long from, long to) {
    from = Memory.at(from);
    to = Memory.at(to);
    for (int j = 0; j < n; j++) {
      long at = (long) j * Float.BYTES;
      Memory.ALL.set(
          ValueLayout.JAVA_FLOAT_UNALIGNED,
          to + at,
          Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, from + at));
    }
  }

  @Override
  public void transpose(int rows, int columns, long from, long fromRow, long to, long toRow) {
    if (rows < LANES || columns < LANES) {
      for (int i = 0; i < rows; i++) {
        scatter(columns, from + i * fromRow, to + (long) i * Float.BYTES, toRow);
      }
      return;
    }
    for (int i = 0; i < rows; i += LANES) {
      for (int j = 0; j < columns; j += LANES) {
        // The last blocks overlap those before, which writes some elements twice.
        int row = Math.min(i, rows - LANES);
        int column = Math.min(j, columns - LANES);
        LaneBlockF32.transpose(
            from + row * fromRow + (long) column * Float.BYTES,
            fromRow,
            to + column * toRow + (long) row * Float.BYTES,
            toRow);
      }
    }
  }

  private static void scatter(int n, long from, long to, long toRow) {
    from = Memory.at(from);
    to = Memory.at(to);
    toRow = Memory.stride(toRow);
    for (int j = 0; j < n; j++) {
      Memory.ALL.set(
          ValueLayout.JAVA_FLOAT_UNALIGNED,
          to + j * toRow,
          Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, from + (long) j * Float.BYTES));
    }
  }
}
