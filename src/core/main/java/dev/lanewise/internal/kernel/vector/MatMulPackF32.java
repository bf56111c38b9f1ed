package dev.lanewise.internal.kernel.vector;

import dev.lanewise.internal.kernel.Lanes;
import dev.lanewise.internal.kernel.Memory;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies k rows and up to {@code width} columns of op(B) into a panel: k dense rows of {@code
 * width} elements, a multiple of the lanes, the columns that B lacks filled with zeros. Strides are
 * in bytes.
 */
// generates: F64
final class MatMulPackF32 {

  /** Bytes of scratch memory that {@link #transposed} needs. */
  static final long SCRATCH_BYTES = 2L * Lanes.F32.length() * Lanes.BYTES;

  private static final VectorSpecies<Float> SPECIES = Lanes.F32;
  private static final int LANES = SPECIES.length();
  private static final long VECTOR = Lanes.BYTES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final VectorShuffle<Float> ZIP_LOW = VectorShuffle.makeZip(SPECIES, 0);
  private static final VectorShuffle<Float> ZIP_HIGH = VectorShuffle.makeZip(SPECIES, 1);

  private MatMulPackF32() {}

  /** Packs B stored as {@code [k, n]}: rows are copied. */
  static void rows(int k, int columns, int width, long b, long bRow, long panel) {
    int whole = columns - columns % LANES;
    long panelRow = (long) width * Float.BYTES;
    for (int v = 0; v < whole; v += LANES) {
      copyColumn(k, b + (long) v * Float.BYTES, bRow, panel + (long) v * Float.BYTES, panelRow);
    }
    if (whole < width) {
      clear(k, width - whole, panel + (long) whole * Float.BYTES, panelRow);
      for (int j = whole; j < columns; j++) {
        long at = (long) j * Float.BYTES;
        copyElements(k, b + at, bRow, panel + at, panelRow);
      }
    }
  }

  /** Packs B stored as {@code [n, k]}: blocks of lanes by lanes are transposed. */
  static void transposed(
      int k, int columns, int width, long b, long bRow, long panel, long scratch) {
    int whole = columns - columns % LANES;
    int wholeK = k - k % LANES;
    long panelRow = (long) width * Float.BYTES;
    if (whole < width) {
      clear(k, width - whole, panel + (long) whole * Float.BYTES, panelRow);
    }
    for (int j = 0; j < whole; j += LANES) {
      long to = panel + (long) j * Float.BYTES;
      for (int p = 0; p < wholeK; p += LANES) {
        long from = b + j * bRow + (long) p * Float.BYTES;
        transposeBlock(from, bRow, to + p * panelRow, panelRow, scratch);
      }
    }
    for (int j = 0; j < columns; j++) {
      int start = j < whole ? wholeK : 0;
      long from = b + j * bRow + (long) start * Float.BYTES;
      long to = panel + start * panelRow + (long) j * Float.BYTES;
      copyElements(k - start, from, Float.BYTES, to, panelRow);
    }
  }

  /**
   * Transposes a block of lanes by lanes. Zipping the upper with the lower half of the rows moves
   * the highest bit of the row number to the lowest of the column number and every other bit up by
   * one; after log2(lanes) rounds, row and column have changed places.
   */
  private static void transposeBlock(long b, long bRow, long panel, long panelRow, long scratch) {
    long from = b;
    long fromRow = bRow;
    long to = scratch;
    for (int done = 2; done < LANES; done *= 2) {
      zip(from, fromRow, to, VECTOR);
      from = to;
      fromRow = VECTOR;
      to = to == scratch ? scratch + LANES * VECTOR : scratch;
    }
    zip(from, fromRow, panel, panelRow);
  }

  private static void zip(long from, long fromRow, long to, long toRow) {
    long lower = from + LANES / 2 * fromRow;
    for (int i = 0; i < LANES / 2; i++) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + i * fromRow, ORDER);
      FloatVector y =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, lower + i * fromRow, ORDER);
      x.rearrange(ZIP_LOW, y).intoMemorySegment(Memory.ALL, to + 2L * i * toRow, ORDER);
      x.rearrange(ZIP_HIGH, y).intoMemorySegment(Memory.ALL, to + (2 * i + 1) * toRow, ORDER);
    }
  }

  /** Copies a column of vectors. */
  private static void copyColumn(int k, long from, long fromRow, long to, long toRow) {
    for (int p = 0; p < k; p++) {
      FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + p * fromRow, ORDER)
          .intoMemorySegment(Memory.ALL, to + p * toRow, ORDER);
    }
  }

  /** Copies a column of single elements. */
  private static void copyElements(int k, long from, long fromRow, long to, long toRow) {
    for (int p = 0; p < k; p++) {
      float value = Memory.ALL.get(ValueLayout.JAVA_FLOAT, from + p * fromRow);
      Memory.ALL.set(ValueLayout.JAVA_FLOAT, to + p * toRow, value);
    }
  }

  /** Clears {@code count} elements, a multiple of the lanes, of each of k rows. */
  static void clear(int k, int count, long to, long toRow) {
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int p = 0; p < k; p++) {
      for (int j = 0; j < count; j += LANES) {
        zero.intoMemorySegment(Memory.ALL, to + p * toRow + (long) j * Float.BYTES, ORDER);
      }
    }
  }
}
