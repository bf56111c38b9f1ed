package dev.lanewise.internal.kernel.vector;

import dev.lanewise.internal.kernel.Lanes;
import dev.lanewise.internal.kernel.Memory;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The end of a matrix product: what gemm-v1 does with an accumulator, where tiles have not done it.
 * D may be C. Strides are in bytes.
 */
// generates: F64
final class MatMulFinishF32 {

  private static final VectorSpecies<Float> SPECIES = Lanes.F32;
  private static final int LANES = SPECIES.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Whether the last columns are stored by masks. */
  private static final boolean MASKS = Lanes.masks(Lanes.BITS);

  private MatMulFinishF32() {}

  /** {@code C = scale * acc}, or {@code fma(keep, D, scale * acc)} where keep is not 0. */
  static void rows(
      int rows,
      int columns,
      float scale,
      long acc,
      long accRow,
      float keep,
      long d,
      long dRow,
      long c,
      long cRow) {
    for (int i = 0; i < rows; i++) {
      if (keep == 0) {
        scaleRow(columns, scale, acc + i * accRow, c + i * cRow);
      } else {
        blendRow(columns, scale, acc + i * accRow, keep, d + i * dRow, c + i * cRow);
      }
    }
  }

  /** As {@link #rows}, for one column; its accumulators lie one after the other. */
  static void column(
      int rows, float scale, long acc, float keep, long d, long dRow, long c, long cRow) {
    if (keep == 0) {
      scaleColumn(rows, scale, acc, c, cRow);
    } else {
      blendColumn(rows, scale, acc, keep, d, dRow, c, cRow);
    }
  }

  private static void scaleRow(int columns, float scale, long acc, long c) {
    acc = Memory.at(acc);
    c = Memory.at(c);
    int whole = columns - columns % LANES;
    for (int j = 0; j < whole; j += LANES) {
      long at = (long) j * Float.BYTES;
      FloatVector.fromMemorySegment(SPECIES, Memory.ALL, acc + at, ORDER)
          .mul(scale)
          .intoMemorySegment(Memory.ALL, c + at, ORDER);
    }
    if (MASKS && whole < columns) {
      long at = (long) whole * Float.BYTES;
      FloatVector.fromMemorySegment(SPECIES, Memory.ALL, acc + at, ORDER)
          .mul(scale)
          .intoMemorySegment(Memory.ALL, c + at, ORDER, SPECIES.indexInRange(whole, columns));
      return;
    }
    for (int j = whole; j < columns; j++) {
      long at = (long) j * Float.BYTES;
      Memory.ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, c + at, scale * load(acc + at));
    }
  }

  private static void blendRow(int columns, float scale, long acc, float keep, long d, long c) {
    acc = Memory.at(acc);
    d = Memory.at(d);
    c = Memory.at(c);
    int whole = columns - columns % LANES;
    FloatVector keeps = FloatVector.broadcast(SPECIES, keep);
    for (int j = 0; j < whole; j += LANES) {
      long at = (long) j * Float.BYTES;
      FloatVector product =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, acc + at, ORDER).mul(scale);
      keeps
          .fma(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, d + at, ORDER), product)
          .intoMemorySegment(Memory.ALL, c + at, ORDER);
    }
    if (MASKS && whole < columns) {
      long at = (long) whole * Float.BYTES;
      VectorMask<Float> rest = SPECIES.indexInRange(whole, columns);
      FloatVector product =
          FloatVector.fromMemorySegment(SPECIES, Memory.ALL, acc + at, ORDER).mul(scale);
      keeps
          .fma(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, d + at, ORDER, rest), product)
          .intoMemorySegment(Memory.ALL, c + at, ORDER, rest);
      return;
    }
    for (int j = whole; j < columns; j++) {
      long at = (long) j * Float.BYTES;
      float value = Math.fma(keep, load(d + at), scale * load(acc + at));
      Memory.ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, c + at, value);
    }
  }

  private static void scaleColumn(int rows, float scale, long acc, long c, long cRow) {
    acc = Memory.at(acc);
    c = Memory.at(c);
    cRow = Memory.stride(cRow);
    for (int i = 0; i < rows; i++) {
      float value = scale * load(acc + (long) i * Float.BYTES);
      Memory.ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, c + i * cRow, value);
    }
  }

  private static void blendColumn(
      int rows, float scale, long acc, float keep, long d, long dRow, long c, long cRow) {
    acc = Memory.at(acc);
    d = Memory.at(d);
    dRow = Memory.stride(dRow);
    c = Memory.at(c);
    cRow = Memory.stride(cRow);
    for (int i = 0; i < rows; i++) {
      float product = scale * load(acc + (long) i * Float.BYTES);
      float value = Math.fma(keep, load(d + i * dRow), product);
      Memory.ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, c + i * cRow, value);
    }
  }

  private static float load(long address) {
    return Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address);
  }
}
