package dev.lanewise.internal.kernel.vector;

import dev.lanewise.internal.kernel.Lanes;
import dev.lanewise.internal.kernel.Memory;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
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
  private static final VectorShuffle<Float> ZIP_LOW = VectorShuffle.makeZip(SPECIES, 0);
  private static final VectorShuffle<Float> ZIP_HIGH = VectorShuffle.makeZip(SPECIES, 1);

  private MatMulPackF32() {}

  /** Packs B stored as {@code [k, n]}: rows are copied. */
  static void rows(int k, int columns, long b, long bRow, long panel) {
    if (columns < LANES) {
      narrowRows(k, columns, b, bRow, panel);
    } else {
      long panelRow = (long) columns * Float.BYTES;
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
    from = Memory.at(from);
    fromRow = Memory.stride(fromRow);
    to = Memory.at(to);
    toRow = Memory.stride(toRow);
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

  /** Clears consecutive vectors. */
  static void clear(int vectors, long to) {
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int v = 0; v < vectors; v++) {
      zero.intoMemorySegment(Memory.ALL, to + v * VECTOR, ORDER);
    }
  }
}
