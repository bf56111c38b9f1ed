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

  /** Bytes of scratch memory that {@link #transposed} needs. */
  static final long SCRATCH_BYTES = 2L * Lanes.F32.length() * Lanes.BYTES;

  private static final VectorSpecies<Float> SPECIES = Lanes.F32;
  private static final int LANES = SPECIES.length();
  private static final long VECTOR = Lanes.BYTES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Bytes of the rows that are copied whole. */
  private static final long WHOLE_ROW = 4 * VECTOR;

  /** Rows that two rounds of zipping bring together. */
  private static final int ROWS_AT_ONCE = 4;

  /** Where the lanes of two zipped vectors come from; those of the second follow the first's. */
  private static final FloatVector ZIP_LOW = zipped(0);

  private static final FloatVector ZIP_HIGH = zipped(LANES / 2);

  private MatMulPackF32() {}

  private static FloatVector zipped(int first) {
    float[] lanes = new float[LANES];
    for (int i = 0; i < LANES; i++) {
      lanes[i] = first + i / 2 + i % 2 * LANES;
    }
    return FloatVector.fromArray(SPECIES, lanes, 0);
  }

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
  static void transposed(int k, int columns, long b, long bRow, long panel, long scratch) {
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
        transposeBlock(from, bRow, to + p * panelRow, panelRow, scratch);
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
   * Transposes a block of lanes by lanes. Zipping the upper with the lower half of the rows moves
   * the highest bit of the row number to the lowest of the column number and every other bit up by
   * one; after log2(lanes) rounds, row and column have changed places. Two rounds are done at once,
   * in registers, where there are two.
   */
  static void transposeBlock(long b, long bRow, long panel, long panelRow, long scratch) {
    switch (LANES) {
      case 2 -> zip(b, bRow, panel, panelRow);
      case 4 -> zipTwice(b, bRow, panel, panelRow);
      case 8 -> {
        zip(b, bRow, scratch, VECTOR);
        zipTwice(scratch, VECTOR, panel, panelRow);
      }
      default -> {
        zipTwice(b, bRow, scratch, VECTOR);
        zipTwice(scratch, VECTOR, panel, panelRow);
      }
    }
  }

  private static void zip(long from, long fromRow, long to, long toRow) {
    from = Memory.at(from);
    fromRow = Memory.stride(fromRow);
    to = Memory.at(to);
    toRow = Memory.stride(toRow);
    long half = LANES / 2 * fromRow;
    for (int i = 0; i < LANES / 2; i++) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + i * fromRow, ORDER);
      FloatVector y =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + i * fromRow + half, ORDER);
      ZIP_LOW.selectFrom(x, y).intoMemorySegment(Memory.ALL, to + i * (2 * toRow), ORDER);
      ZIP_HIGH.selectFrom(x, y).intoMemorySegment(Memory.ALL, to + i * (2 * toRow) + toRow, ORDER);
    }
  }

  private static void zipTwice(long from, long fromRow, long to, long toRow) {
    from = Memory.at(from);
    fromRow = Memory.stride(fromRow);
    to = Memory.at(to);
    toRow = Memory.stride(toRow);
    long quarter = LANES / ROWS_AT_ONCE * fromRow;
    for (int i = 0; i < LANES / ROWS_AT_ONCE; i++) {
      long x = from + i * fromRow;
      long y = to + i * (ROWS_AT_ONCE * toRow);
      FloatVector x0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + quarter, ORDER);
      FloatVector x2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + 2 * quarter, ORDER);
      FloatVector x3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + 3 * quarter, ORDER);
      FloatVector y0 = ZIP_LOW.selectFrom(x0, x2);
      FloatVector y1 = ZIP_HIGH.selectFrom(x0, x2);
      FloatVector z0 = ZIP_LOW.selectFrom(x1, x3);
      FloatVector z1 = ZIP_HIGH.selectFrom(x1, x3);
      ZIP_LOW.selectFrom(y0, z0).intoMemorySegment(Memory.ALL, y, ORDER);
      ZIP_HIGH.selectFrom(y0, z0).intoMemorySegment(Memory.ALL, y + toRow, ORDER);
      ZIP_LOW.selectFrom(y1, z1).intoMemorySegment(Memory.ALL, y + 2 * toRow, ORDER);
      ZIP_HIGH.selectFrom(y1, z1).intoMemorySegment(Memory.ALL, y + 3 * toRow, ORDER);
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
