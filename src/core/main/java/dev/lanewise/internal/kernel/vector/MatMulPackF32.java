package dev.lanewise.internal.kernel.vector;

import dev.lanewise.internal.kernel.Lanes;
import dev.lanewise.internal.kernel.Memory;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies k rows of op(B) into a panel: k dense rows of one or more whole vectors of columns, or of
 * one vector where columns are fewer. What the panel then holds in the columns that B lacks matters
 * to nobody. Strides are in bytes.
 */
// generates: F64
final class MatMulPackF32 {

  private static final VectorSpecies<Float> SPECIES = Lanes.F32;
  private static final int LANES = SPECIES.length();
  private static final long VECTOR = Lanes.BYTES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Bytes of the rows that are copied whole. */
  private static final long WHOLE_ROW = 4 * VECTOR;

  private MatMulPackF32() {}

  /** Packs B stored as {@code [k, n]}: rows are copied. */
  static void rows(int k, int columns, long b, long bRow, long panel) {
    if (columns < LANES) {
      narrowRows(k, columns, b, bRow, panel);
      return;
    }
    long panelRow = (long) columns * Float.BYTES;
    if (panelRow == WHOLE_ROW) {
      copyRows(k, b, bRow, panel);
    } else {
      for (long at = 0; at < panelRow; at += VECTOR) {
        copyVectors(k, b + at, bRow, panel + at, panelRow);
      }
    }
  }

  /**
   * Copies whole vectors, reading on into the next row, as long as that stays within the matrix.
   */
  private static void narrowRows(int k, int columns, long b, long bRow, long panel) {
    long beyond = VECTOR - (long) columns * Float.BYTES;
    int safe = k - (int) Math.min(k, Math.ceilDiv(beyond, Math.max(bRow, 1)));
    copyVectors(safe, b, bRow, panel, VECTOR);
    long rest = panel + safe * VECTOR;
    clear(k - safe, rest);
    for (int j = 0; j < columns; j++) {
      long at = (long) j * Float.BYTES;
      copyElements(k - safe, b + safe * bRow + at, bRow, rest + at, VECTOR);
    }
  }

  /** Packs B stored as {@code [n, k]}: blocks of lanes by lanes are transposed. */
  static void transposed(int k, int columns, long b, long bRow, long panel) {
    int whole = columns < LANES ? 0 : columns;
    int wholeK = k - k % LANES;
    long panelRow = Math.max(VECTOR, (long) columns * Float.BYTES);
    if (whole == 0) {
      clear(k, panel);
    }
    for (int j = 0; j < whole; j += LANES) {
      long to = panel + (long) j * Float.BYTES;
      for (int p = 0; p < wholeK; p += LANES) {
        long from = b + j * bRow + (long) p * Float.BYTES;
        LaneBlockF32.transpose(from, bRow, to + p * panelRow, panelRow);
      }
    }
    int start = whole == 0 ? 0 : wholeK;
    for (int j = 0; j < columns; j++) {
      long from = b + j * bRow + (long) start * Float.BYTES;
      long to = panel + start * panelRow + (long) j * Float.BYTES;
      copyElements(k - start, from, Float.BYTES, to, panelRow);
    }
  }

  /**
   * Copies rows of {@link #WHOLE_ROW}. Four loads, each with a stride of its own to follow: two to
   * three times as fast as one column of vectors after the other, where rows of B lie a power of
   * two apart; with a loop within the row, products were up to 8 % slower than by columns. For rows
   * of two vectors, products gain at most 2 %: not worth a loop of their own.
   */
  private static void copyRows(int k, long from, long fromRow, long to) {
    k = Memory.steps(k);
    from = Memory.at(from);
    fromRow = Memory.stride(fromRow);
    to = Memory.at(to);
    for (int p = 0; p < k; p++) {
      long x = from + p * fromRow;
      long y = to + p * WHOLE_ROW;
      FloatVector v0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x, ORDER);
      FloatVector v1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + VECTOR, ORDER);
      FloatVector v2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + 2 * VECTOR, ORDER);
      FloatVector v3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + 3 * VECTOR, ORDER);
      v0.intoMemorySegment(Memory.ALL, y, ORDER);
      v1.intoMemorySegment(Memory.ALL, y + VECTOR, ORDER);
      v2.intoMemorySegment(Memory.ALL, y + 2 * VECTOR, ORDER);
      v3.intoMemorySegment(Memory.ALL, y + 3 * VECTOR, ORDER);
    }
  }

  /** Copies a column of vectors. */
  private static void copyVectors(int k, long from, long fromRow, long to, long toRow) {
    k = Memory.steps(k);
    from = Memory.at(from);
    fromRow = Memory.stride(fromRow);
    to = Memory.at(to);
    toRow = Memory.stride(toRow);
    for (int p = 0; p < k; p++) {
      FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + p * fromRow, ORDER)
          .intoMemorySegment(Memory.ALL, to + p * toRow, ORDER);
    }
  }

  /** Copies a column of single elements. */
  private static void copyElements(int k, long from, long fromRow, long to, long toRow) {
    k = Memory.steps(k);
    from = Memory.at(from);
    fromRow = Memory.stride(fromRow);
    to = Memory.at(to);
    toRow = Memory.stride(toRow);
    for (int p = 0; p < k; p++) {
      float value = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, from + p * fromRow);
      Memory.ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, to + p * toRow, value);
    }
  }

  /** Clears consecutive vectors, without any: it is called too rarely for C2 to unbox them. */
  static void clear(int vectors, long to) {
    to = Memory.at(to);
    int longs = (int) (vectors * VECTOR / Long.BYTES);
    for (int i = 0; i < longs; i++) {
      Memory.ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, to + (long) i * Long.BYTES, 0);
    }
  }
}
