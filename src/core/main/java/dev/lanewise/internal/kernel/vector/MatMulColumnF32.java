package dev.lanewise.internal.kernel.vector;

import dev.lanewise.internal.kernel.Lanes;
import dev.lanewise.internal.kernel.Memory;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The tiles of {@link MatMulTilesF32} for the last columns: one vector of B, many rows of A. */
// generates: F64
final class MatMulColumnF32 {
  private static final VectorSpecies<Float> SPECIES = Lanes.F32;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private MatMulColumnF32() {}

  static void tile8x1(
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
    FloatVector s00 = MatMulTilesF32.vector(from);
    FloatVector s10 = MatMulTilesF32.vector(from + fromRow);
    FloatVector s20 = MatMulTilesF32.vector(from + 2 * fromRow);
    FloatVector s30 = MatMulTilesF32.vector(from + 3 * fromRow);
    FloatVector s40 = MatMulTilesF32.vector(from + 4 * fromRow);
    FloatVector s50 = MatMulTilesF32.vector(from + 5 * fromRow);
    FloatVector s60 = MatMulTilesF32.vector(from + 6 * fromRow);
    FloatVector s70 = MatMulTilesF32.vector(from + 7 * fromRow);
    for (int p = 0; p < k; p++) {
      long x = a + p * aStep;
      long y = b + p * bStep;
      FloatVector b0 = MatMulTilesF32.vector(y);
      FloatVector a0 = MatMulTilesF32.splat(x);
      FloatVector a1 = MatMulTilesF32.splat(x + aRow);
      FloatVector a2 = MatMulTilesF32.splat(x + 2 * aRow);
      FloatVector a3 = MatMulTilesF32.splat(x + 3 * aRow);
      FloatVector a4 = MatMulTilesF32.splat(x + 4 * aRow);
      FloatVector a5 = MatMulTilesF32.splat(x + 5 * aRow);
      FloatVector a6 = MatMulTilesF32.splat(x + 6 * aRow);
      FloatVector a7 = MatMulTilesF32.splat(x + 7 * aRow);
      s00 = a0.fma(b0, s00);
      s10 = a1.fma(b0, s10);
      s20 = a2.fma(b0, s20);
      s30 = a3.fma(b0, s30);
      s40 = a4.fma(b0, s40);
      s50 = a5.fma(b0, s50);
      s60 = a6.fma(b0, s60);
      s70 = a7.fma(b0, s70);
    }
    s00.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail, ORDER))
        .intoMemorySegment(Memory.ALL, c, ORDER);
    s10.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + tailRow, ORDER))
        .intoMemorySegment(Memory.ALL, c + cRow, ORDER);
    s20.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 2 * tailRow, ORDER))
        .intoMemorySegment(Memory.ALL, c + 2 * cRow, ORDER);
    s30.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 3 * tailRow, ORDER))
        .intoMemorySegment(Memory.ALL, c + 3 * cRow, ORDER);
    s40.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 4 * tailRow, ORDER))
        .intoMemorySegment(Memory.ALL, c + 4 * cRow, ORDER);
    s50.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 5 * tailRow, ORDER))
        .intoMemorySegment(Memory.ALL, c + 5 * cRow, ORDER);
    s60.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 6 * tailRow, ORDER))
        .intoMemorySegment(Memory.ALL, c + 6 * cRow, ORDER);
    s70.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 7 * tailRow, ORDER))
        .intoMemorySegment(Memory.ALL, c + 7 * cRow, ORDER);
  }

  static void tile1x1(int k, long a, long aStep, long b, long bStep, long from, long tail, long c) {
    k = Memory.steps(k);
    a = Memory.at(a);
    aStep = Memory.stride(aStep);
    b = Memory.at(b);
    bStep = Memory.stride(bStep);
    from = Memory.at(from);
    tail = Memory.at(tail);
    c = Memory.at(c);
    FloatVector s00 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from, ORDER);
    for (int p = 0; p < k; p++) {
      long x = a + p * aStep;
      long y = b + p * bStep;
      FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, y, ORDER);
      FloatVector a0 =
          FloatVector.broadcast(SPECIES, Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x));
      s00 = a0.fma(b0, s00);
    }
    s00.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail, ORDER))
        .intoMemorySegment(Memory.ALL, c, ORDER);
  }
}
