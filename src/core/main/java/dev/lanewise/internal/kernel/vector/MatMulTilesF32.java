package dev.lanewise.internal.kernel.vector;

import dev.lanewise.internal.kernel.Lanes;
import dev.lanewise.internal.kernel.Memory;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of matrix multiplication. A tile of C stays in registers while k runs: each
 * step loads one to four vectors of B and, row by row, broadcasts one element of A.
 *
 * <p>A is read in place, whichever way it is stored: row i, step p lies at {@code a + i * aRow + p
 * * aStep}. Vector v of B lies at {@code b + p * bStep + v * VECTOR}. Accumulators start from
 * {@code from} (the running C, or zeros with {@code fromRow} 0: a choice inside the method would
 * box them), take what is at {@code tail} (or -0, which changes nothing, likewise) when k has run,
 * and end in {@code c}. All strides are in bytes.
 *
 * <p>The shape of this code is what C2 needs. Once a method holds 18,000 nodes, of which a load
 * takes 460 to 600 and a broadcast 750, C2 goes on to inline the Vector API, but nothing else: a
 * helper of ours left over boxes every vector, and even the method that {@code MemorySegment.get}
 * ends in, left over, makes the tile eight times slower. So steps load and broadcast first and
 * multiply then, and after the loop tiles call the API alone. Where all is inlined either way, this
 * order is as fast as row by row, to 3 % as measured. Tiles of less than 325 bytecodes, which C2
 * may inline into larger methods, load by the API alone from the start: they box nowhere.
 */
// generates: F64
final class MatMulTilesF32 {

  /**
   * Vectors of the widest tile: 4 x 4 accumulators where there are 32 registers, 6 x 2 where there
   * may be only 16.
   */
  static final int WIDEST = Lanes.BITS == 256 ? 2 : 4;

  private static final int FEW_ROWS = 32;

  private static final VectorSpecies<Float> SPECIES = Lanes.F32;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final long VECTOR = Lanes.BYTES;

  private MatMulTilesF32() {}

  /**
   * Vectors of the next panel: the widest tile whose vectors are all in use, or one. Tiles of one
   * row do half of what others do in a time: a few rows of which tiles of four vectors leave such
   * rows over, and those of two vectors none, take the latter. Measured: 1.3 to 2 times as fast
   * with 6 to 30 rows.
   */
  static int width(int rows, int columns) {
    boolean pairs = rows <= FEW_ROWS && rows % 4 != 0 && (rows % 6 == 0 || rows % 6 == 4);
    int full = Math.min(columns / SPECIES.length(), pairs ? 2 : WIDEST);
    return Math.max(1, Integer.highestOneBit(full));
  }

  /**
   * Multiplies {@code rows} rows of A by a panel of B that is 1, 2 or 4 vectors wide. All in one
   * method of more than 325 bytecodes, so that C2 does not inline it: together with what packs the
   * panel, the narrow tiles could exceed 18,000 nodes.
   *
   * <p>Tiles of one row mostly wait. So the last rows of a narrow panel, if there are two or more,
   * are taken together with some that are computed twice, where accumulators start from zeros.
   */
  static void panel(
      int vectors,
      int rows,
      int k,
      long a,
      long aRow,
      long aStep,
      long b,
      long bStep,
      long from,
      long fromRow,
      long tail,
      long tailRow,
      long c,
      long cRow) {
    boolean overlaps = fromRow == 0;
    int i = 0;
    switch (vectors) {
      case 4 -> {
        for (; i <= rows - 4; i += 4) {
          tile4x4(
              k,
              a + i * aRow,
              aRow,
              aStep,
              b,
              bStep,
              from + i * fromRow,
              fromRow,
              tail + i * tailRow,
              tailRow,
              c + i * cRow,
              cRow);
        }
        for (; i < rows; i++) {
          tile1x4(
              k,
              a + i * aRow,
              aStep,
              b,
              bStep,
              from + i * fromRow,
              tail + i * tailRow,
              c + i * cRow);
        }
      }
      case 2 -> {
        for (; i <= rows - 6; i += 6) {
          MatMulPairF32.tile6x2(
              k,
              a + i * aRow,
              aRow,
              aStep,
              b,
              bStep,
              from + i * fromRow,
              fromRow,
              tail + i * tailRow,
              tailRow,
              c + i * cRow,
              cRow);
        }
        if (i <= rows - 4 || overlaps && i < rows - 1 && rows >= 4) {
          i = Math.min(i, rows - 4);
          MatMulPairF32.tile4x2(
              k,
              a + i * aRow,
              aRow,
              aStep,
              b,
              bStep,
              from + i * fromRow,
              fromRow,
              tail + i * tailRow,
              tailRow,
              c + i * cRow,
              cRow);
          i += 4;
        }
        for (; i < rows; i++) {
          MatMulPairF32.tile1x2(
              k,
              a + i * aRow,
              aStep,
              b,
              bStep,
              from + i * fromRow,
              tail + i * tailRow,
              c + i * cRow);
        }
      }
      default -> {
        for (; i <= rows - 8 || overlaps && i < rows - 1 && rows >= 8; i += 8) {
          i = Math.min(i, rows - 8);
          MatMulColumnF32.tile8x1(
              k,
              a + i * aRow,
              aRow,
              aStep,
              b,
              bStep,
              from + i * fromRow,
              fromRow,
              tail + i * tailRow,
              tailRow,
              c + i * cRow,
              cRow);
        }
        for (; i < rows; i++) {
          MatMulColumnF32.tile1x1(
              k,
              a + i * aRow,
              aStep,
              b,
              bStep,
              from + i * fromRow,
              tail + i * tailRow,
              c + i * cRow);
        }
      }
    }
  }

  private static void tile4x4(
      int k,
      long a,
      long aRow,
      long aStep,
      long b,
      long bStep,
      long from,
      long fromRow,
      long tail,
      long tailRow,
      long c,
      long cRow) {
    k = Memory.steps(k);
    a = Memory.at(a);
    aRow = Memory.stride(aRow);
    aStep = Memory.stride(aStep);
    b = Memory.at(b);
    bStep = Memory.stride(bStep);
    from = Memory.at(from);
    fromRow = Memory.stride(fromRow);
    tail = Memory.at(tail);
    tailRow = Memory.stride(tailRow);
    c = Memory.at(c);
    cRow = Memory.stride(cRow);
    FloatVector s00 = vector(from);
    FloatVector s01 = vector(from + VECTOR);
    FloatVector s02 = vector(from + 2 * VECTOR);
    FloatVector s03 = vector(from + 3 * VECTOR);
    FloatVector s10 = vector(from + fromRow);
    FloatVector s11 = vector(from + fromRow + VECTOR);
    FloatVector s12 = vector(from + fromRow + 2 * VECTOR);
    FloatVector s13 = vector(from + fromRow + 3 * VECTOR);
    FloatVector s20 = vector(from + 2 * fromRow);
    FloatVector s21 = vector(from + 2 * fromRow + VECTOR);
    FloatVector s22 = vector(from + 2 * fromRow + 2 * VECTOR);
    FloatVector s23 = vector(from + 2 * fromRow + 3 * VECTOR);
    FloatVector s30 = vector(from + 3 * fromRow);
    FloatVector s31 = vector(from + 3 * fromRow + VECTOR);
    FloatVector s32 = vector(from + 3 * fromRow + 2 * VECTOR);
    FloatVector s33 = vector(from + 3 * fromRow + 3 * VECTOR);
    for (int p = 0; p < k; p++) {
      long x = a + p * aStep;
      long y = b + p * bStep;
      FloatVector b0 = vector(y);
      FloatVector b1 = vector(y + VECTOR);
      FloatVector b2 = vector(y + 2 * VECTOR);
      FloatVector b3 = vector(y + 3 * VECTOR);
      FloatVector a0 = splat(x);
      FloatVector a1 = splat(x + aRow);
      FloatVector a2 = splat(x + 2 * aRow);
      FloatVector a3 = splat(x + 3 * aRow);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      s02 = a0.fma(b2, s02);
      s03 = a0.fma(b3, s03);
      s10 = a1.fma(b0, s10);
      s11 = a1.fma(b1, s11);
      s12 = a1.fma(b2, s12);
      s13 = a1.fma(b3, s13);
      s20 = a2.fma(b0, s20);
      s21 = a2.fma(b1, s21);
      s22 = a2.fma(b2, s22);
      s23 = a2.fma(b3, s23);
      s30 = a3.fma(b0, s30);
      s31 = a3.fma(b1, s31);
      s32 = a3.fma(b2, s32);
      s33 = a3.fma(b3, s33);
    }
    s00.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail, ORDER))
        .intoMemorySegment(Memory.ALL, c, ORDER);
    s01.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + VECTOR, ORDER);
    s02.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 2 * VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + 2 * VECTOR, ORDER);
    s03.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 3 * VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + 3 * VECTOR, ORDER);
    s10.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + tailRow, ORDER))
        .intoMemorySegment(Memory.ALL, c + cRow, ORDER);
    s11.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + tailRow + VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + cRow + VECTOR, ORDER);
    s12.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + tailRow + 2 * VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + cRow + 2 * VECTOR, ORDER);
    s13.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + tailRow + 3 * VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + cRow + 3 * VECTOR, ORDER);
    s20.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 2 * tailRow, ORDER))
        .intoMemorySegment(Memory.ALL, c + 2 * cRow, ORDER);
    s21.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 2 * tailRow + VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + 2 * cRow + VECTOR, ORDER);
    s22.add(
            FloatVector.fromMemorySegment(
                SPECIES, Memory.ALL, tail + 2 * tailRow + 2 * VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + 2 * cRow + 2 * VECTOR, ORDER);
    s23.add(
            FloatVector.fromMemorySegment(
                SPECIES, Memory.ALL, tail + 2 * tailRow + 3 * VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + 2 * cRow + 3 * VECTOR, ORDER);
    s30.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 3 * tailRow, ORDER))
        .intoMemorySegment(Memory.ALL, c + 3 * cRow, ORDER);
    s31.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 3 * tailRow + VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + 3 * cRow + VECTOR, ORDER);
    s32.add(
            FloatVector.fromMemorySegment(
                SPECIES, Memory.ALL, tail + 3 * tailRow + 2 * VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + 3 * cRow + 2 * VECTOR, ORDER);
    s33.add(
            FloatVector.fromMemorySegment(
                SPECIES, Memory.ALL, tail + 3 * tailRow + 3 * VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + 3 * cRow + 3 * VECTOR, ORDER);
  }

  private static void tile1x4(
      int k, long a, long aStep, long b, long bStep, long from, long tail, long c) {
    k = Memory.steps(k);
    a = Memory.at(a);
    aStep = Memory.stride(aStep);
    b = Memory.at(b);
    bStep = Memory.stride(bStep);
    from = Memory.at(from);
    tail = Memory.at(tail);
    c = Memory.at(c);
    FloatVector s00 = vector(from);
    FloatVector s01 = vector(from + VECTOR);
    FloatVector s02 = vector(from + 2 * VECTOR);
    FloatVector s03 = vector(from + 3 * VECTOR);
    for (int p = 0; p < k; p++) {
      long x = a + p * aStep;
      long y = b + p * bStep;
      FloatVector b0 = vector(y);
      FloatVector b1 = vector(y + VECTOR);
      FloatVector b2 = vector(y + 2 * VECTOR);
      FloatVector b3 = vector(y + 3 * VECTOR);
      FloatVector a0 = splat(x);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      s02 = a0.fma(b2, s02);
      s03 = a0.fma(b3, s03);
    }
    s00.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail, ORDER))
        .intoMemorySegment(Memory.ALL, c, ORDER);
    s01.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + VECTOR, ORDER);
    s02.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 2 * VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + 2 * VECTOR, ORDER);
    s03.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 3 * VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + 3 * VECTOR, ORDER);
  }

  static FloatVector vector(long address) {
    return FloatVector.fromMemorySegment(SPECIES, Memory.ALL, address, ORDER);
  }

  static FloatVector splat(long address) {
    return FloatVector.broadcast(
        SPECIES, Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address));
  }
}
