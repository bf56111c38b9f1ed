package dev.lanewise.internal.kernel.vector;

import dev.lanewise.internal.kernel.Lanes;
import dev.lanewise.internal.kernel.Memory;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The tiles of {@link MatMulTilesF32} that are two vectors of B wide, by up to six rows of A. */
// generates: F64
final class MatMulPairF32 {
  private static final VectorSpecies<Float> SPECIES = Lanes.F32;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final long VECTOR = Lanes.BYTES;

  private MatMulPairF32() {}

  static void tile6x2(
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
    FloatVector s01 = MatMulTilesF32.vector(from + VECTOR);
    FloatVector s10 = MatMulTilesF32.vector(from + fromRow);
    FloatVector s11 = MatMulTilesF32.vector(from + fromRow + VECTOR);
    FloatVector s20 = MatMulTilesF32.vector(from + 2 * fromRow);
    FloatVector s21 = MatMulTilesF32.vector(from + 2 * fromRow + VECTOR);
    FloatVector s30 = MatMulTilesF32.vector(from + 3 * fromRow);
    FloatVector s31 = MatMulTilesF32.vector(from + 3 * fromRow + VECTOR);
    FloatVector s40 = MatMulTilesF32.vector(from + 4 * fromRow);
    FloatVector s41 = MatMulTilesF32.vector(from + 4 * fromRow + VECTOR);
    FloatVector s50 = MatMulTilesF32.vector(from + 5 * fromRow);
    FloatVector s51 = MatMulTilesF32.vector(from + 5 * fromRow + VECTOR);
    for (int p = 0; p < k; p++) {
      long x = a + p * aStep;
      long y = b + p * bStep;
      FloatVector b0 = MatMulTilesF32.vector(y);
      FloatVector b1 = MatMulTilesF32.vector(y + VECTOR);
      float a0 = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x);
      float a1 = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x + aRow);
      float a2 = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x + 2 * aRow);
      float a3 = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x + 3 * aRow);
      float a4 = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x + 4 * aRow);
      float a5 = Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x + 5 * aRow);
      s00 = FloatVector.broadcast(SPECIES, a0).fma(b0, s00);
      s01 = FloatVector.broadcast(SPECIES, a0).fma(b1, s01);
      s10 = FloatVector.broadcast(SPECIES, a1).fma(b0, s10);
      s11 = FloatVector.broadcast(SPECIES, a1).fma(b1, s11);
      s20 = FloatVector.broadcast(SPECIES, a2).fma(b0, s20);
      s21 = FloatVector.broadcast(SPECIES, a2).fma(b1, s21);
      s30 = FloatVector.broadcast(SPECIES, a3).fma(b0, s30);
      s31 = FloatVector.broadcast(SPECIES, a3).fma(b1, s31);
      s40 = FloatVector.broadcast(SPECIES, a4).fma(b0, s40);
      s41 = FloatVector.broadcast(SPECIES, a4).fma(b1, s41);
      s50 = FloatVector.broadcast(SPECIES, a5).fma(b0, s50);
      s51 = FloatVector.broadcast(SPECIES, a5).fma(b1, s51);
    }
    s00.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail, ORDER))
        .intoMemorySegment(Memory.ALL, c, ORDER);
    s01.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + VECTOR, ORDER);
    s10.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + tailRow, ORDER))
        .intoMemorySegment(Memory.ALL, c + cRow, ORDER);
    s11.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + tailRow + VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + cRow + VECTOR, ORDER);
    s20.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 2 * tailRow, ORDER))
        .intoMemorySegment(Memory.ALL, c + 2 * cRow, ORDER);
    s21.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 2 * tailRow + VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + 2 * cRow + VECTOR, ORDER);
    s30.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 3 * tailRow, ORDER))
        .intoMemorySegment(Memory.ALL, c + 3 * cRow, ORDER);
    s31.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 3 * tailRow + VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + 3 * cRow + VECTOR, ORDER);
    s40.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 4 * tailRow, ORDER))
        .intoMemorySegment(Memory.ALL, c + 4 * cRow, ORDER);
    s41.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 4 * tailRow + VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + 4 * cRow + VECTOR, ORDER);
    s50.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 5 * tailRow, ORDER))
        .intoMemorySegment(Memory.ALL, c + 5 * cRow, ORDER);
    s51.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 5 * tailRow + VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + 5 * cRow + VECTOR, ORDER);
  }

  static void tile4x2(
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
    FloatVector s01 = MatMulTilesF32.vector(from + VECTOR);
    FloatVector s10 = MatMulTilesF32.vector(from + fromRow);
    FloatVector s11 = MatMulTilesF32.vector(from + fromRow + VECTOR);
    FloatVector s20 = MatMulTilesF32.vector(from + 2 * fromRow);
    FloatVector s21 = MatMulTilesF32.vector(from + 2 * fromRow + VECTOR);
    FloatVector s30 = MatMulTilesF32.vector(from + 3 * fromRow);
    FloatVector s31 = MatMulTilesF32.vector(from + 3 * fromRow + VECTOR);
    for (int p = 0; p < k; p++) {
      long x = a + p * aStep;
      long y = b + p * bStep;
      FloatVector b0 = MatMulTilesF32.vector(y);
      FloatVector b1 = MatMulTilesF32.vector(y + VECTOR);
      FloatVector a0 = MatMulTilesF32.splat(x);
      FloatVector a1 = MatMulTilesF32.splat(x + aRow);
      FloatVector a2 = MatMulTilesF32.splat(x + 2 * aRow);
      FloatVector a3 = MatMulTilesF32.splat(x + 3 * aRow);
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
      s10 = a1.fma(b0, s10);
      s11 = a1.fma(b1, s11);
      s20 = a2.fma(b0, s20);
      s21 = a2.fma(b1, s21);
      s30 = a3.fma(b0, s30);
      s31 = a3.fma(b1, s31);
    }
    s00.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail, ORDER))
        .intoMemorySegment(Memory.ALL, c, ORDER);
    s01.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + VECTOR, ORDER);
    s10.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + tailRow, ORDER))
        .intoMemorySegment(Memory.ALL, c + cRow, ORDER);
    s11.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + tailRow + VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + cRow + VECTOR, ORDER);
    s20.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 2 * tailRow, ORDER))
        .intoMemorySegment(Memory.ALL, c + 2 * cRow, ORDER);
    s21.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 2 * tailRow + VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + 2 * cRow + VECTOR, ORDER);
    s30.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 3 * tailRow, ORDER))
        .intoMemorySegment(Memory.ALL, c + 3 * cRow, ORDER);
    s31.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + 3 * tailRow + VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + 3 * cRow + VECTOR, ORDER);
  }

  static void tile1x2(int k, long a, long aStep, long b, long bStep, long from, long tail, long c) {
    k = Memory.steps(k);
    a = Memory.at(a);
    aStep = Memory.stride(aStep);
    b = Memory.at(b);
    bStep = Memory.stride(bStep);
    from = Memory.at(from);
    tail = Memory.at(tail);
    c = Memory.at(c);
    FloatVector s00 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from, ORDER);
    FloatVector s01 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + VECTOR, ORDER);
    for (int p = 0; p < k; p++) {
      long x = a + p * aStep;
      long y = b + p * bStep;
      FloatVector b0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, y, ORDER);
      FloatVector b1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, y + VECTOR, ORDER);
      FloatVector a0 =
          FloatVector.broadcast(SPECIES, Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, x));
      s00 = a0.fma(b0, s00);
      s01 = a0.fma(b1, s01);
    }
    s00.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail, ORDER))
        .intoMemorySegment(Memory.ALL, c, ORDER);
    s01.add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, tail + VECTOR, ORDER))
        .intoMemorySegment(Memory.ALL, c + VECTOR, ORDER);
  }
}
