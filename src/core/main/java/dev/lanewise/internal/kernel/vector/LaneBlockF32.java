package dev.lanewise.internal.kernel.vector;

import dev.lanewise.internal.kernel.Lanes;
import dev.lanewise.internal.kernel.Memory;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Transposes a block of lanes by lanes, in registers. Zipping the upper with the lower half of its
 * rows moves the highest bit of the row number to the lowest of the column number and every other
 * bit up by one; after log2(lanes) rounds, row and column have changed places. Strides are in
 * bytes.
 */
// generates: F64
final class LaneBlockF32 {
  private static final VectorSpecies<Float> SPECIES = Lanes.F32;
  private static final int LANES = SPECIES.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Where the lanes of two zipped vectors come from; those of the second follow the first's. */
  private static final FloatVector LOW = zipped(0);

  private static final FloatVector HIGH = zipped(LANES / 2);

  /** Rows that {@link #eight} writes. */
  private static final int EIGHT = 8;

  private LaneBlockF32() {}

  private static FloatVector zipped(int first) {
    float[] lanes = new float[LANES];
    for (int i = 0; i < LANES; i++) {
      lanes[i] = first + i / 2 + i % 2 * LANES;
    }
    return FloatVector.fromArray(SPECIES, lanes, 0);
  }

  /** {@code to[j, i] = from[i, j]}; the two must not overlap. */
  static void transpose(long from, long fromRow, long to, long toRow) {
    switch (LANES) {
      case 2 -> two(from, fromRow, to, toRow);
      case 4 -> four(from, fromRow, to, toRow);
      case EIGHT -> eight(0, from, fromRow, to, toRow);
      default -> {
        for (int j = 0; j < LANES; j += EIGHT) {
          eight(j, from, fromRow, to + j * toRow, toRow);
        }
      }
    }
  }

  private static void two(long from, long fromRow, long to, long toRow) {
    from = Memory.at(from);
    fromRow = Memory.stride(fromRow);
    to = Memory.at(to);
    toRow = Memory.stride(toRow);
    FloatVector a0 = row(from);
    FloatVector a1 = row(from + fromRow);
    LOW.selectFrom(a0, a1).intoMemorySegment(Memory.ALL, to, ORDER);
    HIGH.selectFrom(a0, a1).intoMemorySegment(Memory.ALL, to + toRow, ORDER);
  }

  /**
   * Four rows. The loop runs once; without it, C2 unrolls the caller's further than there are
   * registers, and products with few rows were up to 15 % slower.
   */
  private static void four(long from, long fromRow, long to, long toRow) {
    from = Memory.at(from);
    fromRow = Memory.stride(fromRow);
    to = Memory.at(to);
    toRow = Memory.stride(toRow);
    for (int i = 0; i < LANES; i += 4) {
      FloatVector a0 = row(from);
      FloatVector a1 = row(from + fromRow);
      FloatVector a2 = row(from + 2 * fromRow);
      FloatVector a3 = row(from + 3 * fromRow);
      FloatVector b0 = LOW.selectFrom(a0, a2);
      FloatVector b1 = HIGH.selectFrom(a0, a2);
      FloatVector b2 = LOW.selectFrom(a1, a3);
      FloatVector b3 = HIGH.selectFrom(a1, a3);
      LOW.selectFrom(b0, b2).intoMemorySegment(Memory.ALL, to, ORDER);
      HIGH.selectFrom(b0, b2).intoMemorySegment(Memory.ALL, to + toRow, ORDER);
      LOW.selectFrom(b1, b3).intoMemorySegment(Memory.ALL, to + 2 * toRow, ORDER);
      HIGH.selectFrom(b1, b3).intoMemorySegment(Memory.ALL, to + 3 * toRow, ORDER);
    }
  }

  /**
   * Eight columns from lane {@code column} on, as rows. Of sixteen rows, that half of the first
   * round which these columns need is done while they are read. Packing is 1.25 times as fast as
   * with half-done rows in memory; all sixteen in registers are another 5 % faster, for twice the
   * code.
   */
  private static void eight(int column, long from, long fromRow, long to, long toRow) {
    from = Memory.at(from);
    fromRow = Memory.stride(fromRow);
    to = Memory.at(to);
    toRow = Memory.stride(toRow);
    FloatVector halfRound = LOW.add(column);
    long half = EIGHT * fromRow;
    FloatVector a0 = firstRound(from, half, halfRound);
    FloatVector a1 = firstRound(from + fromRow, half, halfRound);
    FloatVector a2 = firstRound(from + 2 * fromRow, half, halfRound);
    FloatVector a3 = firstRound(from + 3 * fromRow, half, halfRound);
    FloatVector a4 = firstRound(from + 4 * fromRow, half, halfRound);
    FloatVector a5 = firstRound(from + 5 * fromRow, half, halfRound);
    FloatVector a6 = firstRound(from + 6 * fromRow, half, halfRound);
    FloatVector a7 = firstRound(from + 7 * fromRow, half, halfRound);
    FloatVector b0 = LOW.selectFrom(a0, a4);
    FloatVector b1 = HIGH.selectFrom(a0, a4);
    FloatVector b2 = LOW.selectFrom(a1, a5);
    FloatVector b3 = HIGH.selectFrom(a1, a5);
    FloatVector b4 = LOW.selectFrom(a2, a6);
    FloatVector b5 = HIGH.selectFrom(a2, a6);
    FloatVector b6 = LOW.selectFrom(a3, a7);
    FloatVector b7 = HIGH.selectFrom(a3, a7);
    FloatVector c0 = LOW.selectFrom(b0, b4);
    FloatVector c1 = HIGH.selectFrom(b0, b4);
    FloatVector c2 = LOW.selectFrom(b1, b5);
    FloatVector c3 = HIGH.selectFrom(b1, b5);
    FloatVector c4 = LOW.selectFrom(b2, b6);
    FloatVector c5 = HIGH.selectFrom(b2, b6);
    FloatVector c6 = LOW.selectFrom(b3, b7);
    FloatVector c7 = HIGH.selectFrom(b3, b7);
    LOW.selectFrom(c0, c4).intoMemorySegment(Memory.ALL, to, ORDER);
    HIGH.selectFrom(c0, c4).intoMemorySegment(Memory.ALL, to + toRow, ORDER);
    LOW.selectFrom(c1, c5).intoMemorySegment(Memory.ALL, to + 2 * toRow, ORDER);
    HIGH.selectFrom(c1, c5).intoMemorySegment(Memory.ALL, to + 3 * toRow, ORDER);
    LOW.selectFrom(c2, c6).intoMemorySegment(Memory.ALL, to + 4 * toRow, ORDER);
    HIGH.selectFrom(c2, c6).intoMemorySegment(Memory.ALL, to + 5 * toRow, ORDER);
    LOW.selectFrom(c3, c7).intoMemorySegment(Memory.ALL, to + 6 * toRow, ORDER);
    HIGH.selectFrom(c3, c7).intoMemorySegment(Memory.ALL, to + 7 * toRow, ORDER);
  }

  private static FloatVector firstRound(long at, long half, FloatVector halfRound) {
    FloatVector row = row(at);
    return LANES == EIGHT ? row : halfRound.selectFrom(row, row(at + half));
  }

  private static FloatVector row(long at) {
    return FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at, ORDER);
  }
}
