package dev.lanewise.internal.kernel.vector;

import dev.lanewise.internal.kernel.Lanes;
import dev.lanewise.internal.kernel.Memory;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of convolution: the tiles of {@link MatMulTilesF32} with operands found by
 * tables, see {@link dev.lanewise.internal.kernel.ConvolutionKernel#multiply}. What is said there
 * about the shape of the code holds here too.
 */
// generates: F64
final class ConvolutionTilesF32 {

  private static final VectorSpecies<Float> SPECIES = Lanes.F32;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final long VECTOR = Lanes.BYTES;

  private ConvolutionTilesF32() {}

  /**
   * Steps {@code begin} to {@code end} of eight rows, from {@code row} on, by a panel of 1, 2 or 4
   * vectors. Accumulators start from {@code from}, whose rows are {@code fromRow} apart, and end in
   * {@code c}.
   */
  static void panel(
      int vectors,
      int begin,
      int end,
      long a,
      int row,
      int[] aRows,
      int[] aSteps,
      long b,
      int[] bSteps,
      long from,
      long fromRow,
      long c,
      long cRow) {
    if (vectors == 1) {
      tile8x1(begin, end, a, row, aRows, aSteps, b, bSteps, from, fromRow, c, cRow);
      return;
    }
    for (int i = 0; i <= 4; i += 4) {
      long x = from + i * fromRow;
      long y = c + i * cRow;
      if (vectors == 4) {
        tile4x4(begin, end, a, row + i, aRows, aSteps, b, bSteps, x, fromRow, y, cRow);
      } else {
        tile4x2(begin, end, a, row + i, aRows, aSteps, b, bSteps, x, fromRow, y, cRow);
      }
    }
  }

  private static void tile4x4(
      int begin,
      int end,
      long a,
      int row,
      int[] aRows,
      int[] aSteps,
      long b,
      int[] bSteps,
      long from,
      long fromRow,
      long c,
      long cRow) {
    b = Memory.at(b);
    from = Memory.at(from);
    fromRow = Memory.stride(fromRow);
    c = Memory.at(c);
    cRow = Memory.stride(cRow);
    long x0 = Memory.at(a + aRows[row]);
    long x1 = Memory.at(a + aRows[row + 1]);
    long x2 = Memory.at(a + aRows[row + 2]);
    long x3 = Memory.at(a + aRows[row + 3]);
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
    for (int p = begin; p < end; p++) {
      long x = Memory.stride(aSteps[p]);
      long y = b + Memory.stride(bSteps[p]);
      FloatVector b0 = vector(y);
      FloatVector b1 = vector(y + VECTOR);
      FloatVector b2 = vector(y + 2 * VECTOR);
      FloatVector b3 = vector(y + 3 * VECTOR);
      float a0 = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x0 + x);
      s00 = FloatVector.broadcast(SPECIES, a0).fma(b0, s00);
      s01 = FloatVector.broadcast(SPECIES, a0).fma(b1, s01);
      s02 = FloatVector.broadcast(SPECIES, a0).fma(b2, s02);
      s03 = FloatVector.broadcast(SPECIES, a0).fma(b3, s03);
      float a1 = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x1 + x);
      s10 = FloatVector.broadcast(SPECIES, a1).fma(b0, s10);
      s11 = FloatVector.broadcast(SPECIES, a1).fma(b1, s11);
      s12 = FloatVector.broadcast(SPECIES, a1).fma(b2, s12);
      s13 = FloatVector.broadcast(SPECIES, a1).fma(b3, s13);
      float a2 = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x2 + x);
      s20 = FloatVector.broadcast(SPECIES, a2).fma(b0, s20);
      s21 = FloatVector.broadcast(SPECIES, a2).fma(b1, s21);
      s22 = FloatVector.broadcast(SPECIES, a2).fma(b2, s22);
      s23 = FloatVector.broadcast(SPECIES, a2).fma(b3, s23);
      float a3 = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x3 + x);
      s30 = FloatVector.broadcast(SPECIES, a3).fma(b0, s30);
      s31 = FloatVector.broadcast(SPECIES, a3).fma(b1, s31);
      s32 = FloatVector.broadcast(SPECIES, a3).fma(b2, s32);
      s33 = FloatVector.broadcast(SPECIES, a3).fma(b3, s33);
    }
    s00.intoMemorySegment(Memory.ALL, c, ORDER);
    s01.intoMemorySegment(Memory.ALL, c + VECTOR, ORDER);
    s02.intoMemorySegment(Memory.ALL, c + 2 * VECTOR, ORDER);
    s03.intoMemorySegment(Memory.ALL, c + 3 * VECTOR, ORDER);
    s10.intoMemorySegment(Memory.ALL, c + cRow, ORDER);
    s11.intoMemorySegment(Memory.ALL, c + cRow + VECTOR, ORDER);
    s12.intoMemorySegment(Memory.ALL, c + cRow + 2 * VECTOR, ORDER);
    s13.intoMemorySegment(Memory.ALL, c + cRow + 3 * VECTOR, ORDER);
    s20.intoMemorySegment(Memory.ALL, c + 2 * cRow, ORDER);
    s21.intoMemorySegment(Memory.ALL, c + 2 * cRow + VECTOR, ORDER);
    s22.intoMemorySegment(Memory.ALL, c + 2 * cRow + 2 * VECTOR, ORDER);
    s23.intoMemorySegment(Memory.ALL, c + 2 * cRow + 3 * VECTOR, ORDER);
    s30.intoMemorySegment(Memory.ALL, c + 3 * cRow, ORDER);
    s31.intoMemorySegment(Memory.ALL, c + 3 * cRow + VECTOR, ORDER);
    s32.intoMemorySegment(Memory.ALL, c + 3 * cRow + 2 * VECTOR, ORDER);
    s33.intoMemorySegment(Memory.ALL, c + 3 * cRow + 3 * VECTOR, ORDER);
  }

  private static void tile4x2(
      int begin,
      int end,
      long a,
      int row,
      int[] aRows,
      int[] aSteps,
      long b,
      int[] bSteps,
      long from,
      long fromRow,
      long c,
      long cRow) {
    b = Memory.at(b);
    from = Memory.at(from);
    fromRow = Memory.stride(fromRow);
    c = Memory.at(c);
    cRow = Memory.stride(cRow);
    long x0 = Memory.at(a + aRows[row]);
    long x1 = Memory.at(a + aRows[row + 1]);
    long x2 = Memory.at(a + aRows[row + 2]);
    long x3 = Memory.at(a + aRows[row + 3]);
    FloatVector s00 = vector(from);
    FloatVector s01 = vector(from + VECTOR);
    FloatVector s10 = vector(from + fromRow);
    FloatVector s11 = vector(from + fromRow + VECTOR);
    FloatVector s20 = vector(from + 2 * fromRow);
    FloatVector s21 = vector(from + 2 * fromRow + VECTOR);
    FloatVector s30 = vector(from + 3 * fromRow);
    FloatVector s31 = vector(from + 3 * fromRow + VECTOR);
    for (int p = begin; p < end; p++) {
      long x = Memory.stride(aSteps[p]);
      long y = b + Memory.stride(bSteps[p]);
      FloatVector b0 = vector(y);
      FloatVector b1 = vector(y + VECTOR);
      float a0 = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x0 + x);
      s00 = FloatVector.broadcast(SPECIES, a0).fma(b0, s00);
      s01 = FloatVector.broadcast(SPECIES, a0).fma(b1, s01);
      float a1 = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x1 + x);
      s10 = FloatVector.broadcast(SPECIES, a1).fma(b0, s10);
      s11 = FloatVector.broadcast(SPECIES, a1).fma(b1, s11);
      float a2 = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x2 + x);
      s20 = FloatVector.broadcast(SPECIES, a2).fma(b0, s20);
      s21 = FloatVector.broadcast(SPECIES, a2).fma(b1, s21);
      float a3 = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x3 + x);
      s30 = FloatVector.broadcast(SPECIES, a3).fma(b0, s30);
      s31 = FloatVector.broadcast(SPECIES, a3).fma(b1, s31);
    }
    s00.intoMemorySegment(Memory.ALL, c, ORDER);
    s01.intoMemorySegment(Memory.ALL, c + VECTOR, ORDER);
    s10.intoMemorySegment(Memory.ALL, c + cRow, ORDER);
    s11.intoMemorySegment(Memory.ALL, c + cRow + VECTOR, ORDER);
    s20.intoMemorySegment(Memory.ALL, c + 2 * cRow, ORDER);
    s21.intoMemorySegment(Memory.ALL, c + 2 * cRow + VECTOR, ORDER);
    s30.intoMemorySegment(Memory.ALL, c + 3 * cRow, ORDER);
    s31.intoMemorySegment(Memory.ALL, c + 3 * cRow + VECTOR, ORDER);
  }

  private static void tile8x1(
      int begin,
      int end,
      long a,
      int row,
      int[] aRows,
      int[] aSteps,
      long b,
      int[] bSteps,
      long from,
      long fromRow,
      long c,
      long cRow) {
    b = Memory.at(b);
    from = Memory.at(from);
    fromRow = Memory.stride(fromRow);
    c = Memory.at(c);
    cRow = Memory.stride(cRow);
    long x0 = Memory.at(a + aRows[row]);
    long x1 = Memory.at(a + aRows[row + 1]);
    long x2 = Memory.at(a + aRows[row + 2]);
    long x3 = Memory.at(a + aRows[row + 3]);
    long x4 = Memory.at(a + aRows[row + 4]);
    long x5 = Memory.at(a + aRows[row + 5]);
    long x6 = Memory.at(a + aRows[row + 6]);
    long x7 = Memory.at(a + aRows[row + 7]);
    FloatVector s00 = vector(from);
    FloatVector s10 = vector(from + fromRow);
    FloatVector s20 = vector(from + 2 * fromRow);
    FloatVector s30 = vector(from + 3 * fromRow);
    FloatVector s40 = vector(from + 4 * fromRow);
    FloatVector s50 = vector(from + 5 * fromRow);
    FloatVector s60 = vector(from + 6 * fromRow);
    FloatVector s70 = vector(from + 7 * fromRow);
    for (int p = begin; p < end; p++) {
      long x = Memory.stride(aSteps[p]);
      long y = b + Memory.stride(bSteps[p]);
      FloatVector b0 = vector(y);
      float a0 = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x0 + x);
      s00 = FloatVector.broadcast(SPECIES, a0).fma(b0, s00);
      float a1 = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x1 + x);
      s10 = FloatVector.broadcast(SPECIES, a1).fma(b0, s10);
      float a2 = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x2 + x);
      s20 = FloatVector.broadcast(SPECIES, a2).fma(b0, s20);
      float a3 = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x3 + x);
      s30 = FloatVector.broadcast(SPECIES, a3).fma(b0, s30);
      float a4 = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x4 + x);
      s40 = FloatVector.broadcast(SPECIES, a4).fma(b0, s40);
      float a5 = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x5 + x);
      s50 = FloatVector.broadcast(SPECIES, a5).fma(b0, s50);
      float a6 = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x6 + x);
      s60 = FloatVector.broadcast(SPECIES, a6).fma(b0, s60);
      float a7 = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x7 + x);
      s70 = FloatVector.broadcast(SPECIES, a7).fma(b0, s70);
    }
    s00.intoMemorySegment(Memory.ALL, c, ORDER);
    s10.intoMemorySegment(Memory.ALL, c + cRow, ORDER);
    s20.intoMemorySegment(Memory.ALL, c + 2 * cRow, ORDER);
    s30.intoMemorySegment(Memory.ALL, c + 3 * cRow, ORDER);
    s40.intoMemorySegment(Memory.ALL, c + 4 * cRow, ORDER);
    s50.intoMemorySegment(Memory.ALL, c + 5 * cRow, ORDER);
    s60.intoMemorySegment(Memory.ALL, c + 6 * cRow, ORDER);
    s70.intoMemorySegment(Memory.ALL, c + 7 * cRow, ORDER);
  }

  private static FloatVector vector(long address) {
    return FloatVector.fromMemorySegment(SPECIES, Memory.ALL, address, ORDER);
  }
}
