package dev.lanewise.internal.kernel.vector;

import static dev.lanewise.internal.kernel.vector.MatMulTilesF32.splat;
import static dev.lanewise.internal.kernel.vector.MatMulTilesF32.vector;

import dev.lanewise.internal.kernel.Lanes;
import dev.lanewise.internal.kernel.Memory;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/**
 * The innermost loops of convolution: tiles of six rows by one or two vectors with operands found
 * by a table, see {@link dev.lanewise.internal.kernel.ConvolutionKernel#multiply}. What {@link
 * MatMulTilesF32} says about the shape of the code holds here too.
 *
 * <p>Twelve accumulators, two vectors of B and one of A fit into 16 vector registers. Both operands
 * share one table because C2, short of general registers with two, kept the loop's counter in
 * memory. Signs of the table's entries are cleared for the sake of bounds checks, as in {@link
 * Memory}.
 */
// generates: F64
final class ConvolutionTilesF32 {

  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final long VECTOR = Lanes.BYTES;

  private ConvolutionTilesF32() {}

  /**
   * Steps {@code begin} to {@code end} of six rows, from {@code row} on, by a panel of 1 or 2
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
      int[] steps,
      long b,
      long from,
      long fromRow,
      long c,
      long cRow) {
    if (vectors == 1) {
      tile6x1(begin, end, a, row, aRows, steps, b, from, fromRow, c, cRow);
    } else {
      tile6x2(begin, end, a, row, aRows, steps, b, from, fromRow, c, cRow);
    }
  }

  private static void tile6x2(
      int begin,
      int end,
      long a,
      int row,
      int[] aRows,
      int[] steps,
      long b,
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
    FloatVector s00 = vector(from);
    FloatVector s01 = vector(from + VECTOR);
    FloatVector s10 = vector(from + fromRow);
    FloatVector s11 = vector(from + fromRow + VECTOR);
    FloatVector s20 = vector(from + 2 * fromRow);
    FloatVector s21 = vector(from + 2 * fromRow + VECTOR);
    FloatVector s30 = vector(from + 3 * fromRow);
    FloatVector s31 = vector(from + 3 * fromRow + VECTOR);
    FloatVector s40 = vector(from + 4 * fromRow);
    FloatVector s41 = vector(from + 4 * fromRow + VECTOR);
    FloatVector s50 = vector(from + 5 * fromRow);
    FloatVector s51 = vector(from + 5 * fromRow + VECTOR);
    for (int p = begin; p < end; p++) {
      long x = steps[2 * p] & Integer.MAX_VALUE;
      long y = b + (steps[2 * p + 1] & Integer.MAX_VALUE);
      FloatVector b0 = vector(y);
      FloatVector b1 = vector(y + VECTOR);
      FloatVector a0 = splat(x0 + x);
      FloatVector a1 = splat(x1 + x);
      FloatVector a2 = splat(x2 + x);
      FloatVector a3 = splat(x3 + x);
      FloatVector a4 = splat(x4 + x);
      FloatVector a5 = splat(x5 + x);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      s10 = a1.fma(b0, s10);
      s11 = a1.fma(b1, s11);
      s20 = a2.fma(b0, s20);
      s21 = a2.fma(b1, s21);
      s30 = a3.fma(b0, s30);
      s31 = a3.fma(b1, s31);
      s40 = a4.fma(b0, s40);
      s41 = a4.fma(b1, s41);
      s50 = a5.fma(b0, s50);
      s51 = a5.fma(b1, s51);
    }
    s00.intoMemorySegment(Memory.ALL, c, ORDER);
    s01.intoMemorySegment(Memory.ALL, c + VECTOR, ORDER);
    s10.intoMemorySegment(Memory.ALL, c + cRow, ORDER);
    s11.intoMemorySegment(Memory.ALL, c + cRow + VECTOR, ORDER);
    s20.intoMemorySegment(Memory.ALL, c + 2 * cRow, ORDER);
    s21.intoMemorySegment(Memory.ALL, c + 2 * cRow + VECTOR, ORDER);
    s30.intoMemorySegment(Memory.ALL, c + 3 * cRow, ORDER);
    s31.intoMemorySegment(Memory.ALL, c + 3 * cRow + VECTOR, ORDER);
    s40.intoMemorySegment(Memory.ALL, c + 4 * cRow, ORDER);
    s41.intoMemorySegment(Memory.ALL, c + 4 * cRow + VECTOR, ORDER);
    s50.intoMemorySegment(Memory.ALL, c + 5 * cRow, ORDER);
    s51.intoMemorySegment(Memory.ALL, c + 5 * cRow + VECTOR, ORDER);
  }

  private static void tile6x1(
      int begin,
      int end,
      long a,
      int row,
      int[] aRows,
      int[] steps,
      long b,
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
    FloatVector s00 = vector(from);
    FloatVector s10 = vector(from + fromRow);
    FloatVector s20 = vector(from + 2 * fromRow);
    FloatVector s30 = vector(from + 3 * fromRow);
    FloatVector s40 = vector(from + 4 * fromRow);
    FloatVector s50 = vector(from + 5 * fromRow);
    for (int p = begin; p < end; p++) {
      long x = steps[2 * p] & Integer.MAX_VALUE;
      long y = b + (steps[2 * p + 1] & Integer.MAX_VALUE);
      FloatVector b0 = vector(y);
      FloatVector a0 = splat(x0 + x);
      FloatVector a1 = splat(x1 + x);
      FloatVector a2 = splat(x2 + x);
      FloatVector a3 = splat(x3 + x);
      FloatVector a4 = splat(x4 + x);
      FloatVector a5 = splat(x5 + x);
      s00 = a0.fma(b0, s00);
      s10 = a1.fma(b0, s10);
      s20 = a2.fma(b0, s20);
      s30 = a3.fma(b0, s30);
      s40 = a4.fma(b0, s40);
      s50 = a5.fma(b0, s50);
    }
    s00.intoMemorySegment(Memory.ALL, c, ORDER);
    s10.intoMemorySegment(Memory.ALL, c + cRow, ORDER);
    s20.intoMemorySegment(Memory.ALL, c + 2 * cRow, ORDER);
    s30.intoMemorySegment(Memory.ALL, c + 3 * cRow, ORDER);
    s40.intoMemorySegment(Memory.ALL, c + 4 * cRow, ORDER);
    s50.intoMemorySegment(Memory.ALL, c + 5 * cRow, ORDER);
  }
}
