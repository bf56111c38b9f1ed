package dev.lanewise.data;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** The loops that move samples: plain ones over segments, which the compiler unrolls. */
final class Gather {
  private Gather() {}

  /**
   * Writes a row of features as floats, {@code (x - shift) * scale}.
   *
   * @param from dense rows of U8 or F32
   * @param fromRow the row to read
   * @param to dense rows of F32
   * @param toRow the row to write
   * @param width values in a row
   */
  static void features(
      DType dtype,
      MemorySegment from,
      long fromRow,
      MemorySegment to,
      long toRow,
      int width,
      Normalizer normalizer) {
    long target = toRow * width * Float.BYTES;
    if (dtype == DType.U8) {
      long source = fromRow * width;
      if (normalizer.isUniform()) {
        bytes(from, source, to, target, width, normalizer.shift(0), normalizer.scale(0));
      } else {
        bytes(from, source, to, target, width, normalizer);
      }
    } else {
      long source = fromRow * width * Float.BYTES;
      if (normalizer.isUniform()) {
        floats(from, source, to, target, width, normalizer.shift(0), normalizer.scale(0));
      } else {
        floats(from, source, to, target, width, normalizer);
      }
    }
  }

  private static void bytes(
      MemorySegment from,
      long source,
      MemorySegment to,
      long target,
      int width,
      float shift,
      float scale) {
    for (int i = 0; i < width; i++) {
      int x = from.get(JAVA_BYTE, source + i) & 0xFF;
      to.set(JAVA_FLOAT, target + (long) Float.BYTES * i, (x - shift) * scale);
    }
  }

  private static void bytes(
      MemorySegment from,
      long source,
      MemorySegment to,
      long target,
      int width,
      Normalizer normalizer) {
    for (int i = 0; i < width; i++) {
      int x = from.get(JAVA_BYTE, source + i) & 0xFF;
      float y = (x - normalizer.shift(i)) * normalizer.scale(i);
      to.set(JAVA_FLOAT, target + (long) Float.BYTES * i, y);
    }
  }

  private static void floats(
      MemorySegment from,
      long source,
      MemorySegment to,
      long target,
      int width,
      float shift,
      float scale) {
    for (int i = 0; i < width; i++) {
      float x = from.get(JAVA_FLOAT, source + (long) Float.BYTES * i);
      to.set(JAVA_FLOAT, target + (long) Float.BYTES * i, (x - shift) * scale);
    }
  }

  private static void floats(
      MemorySegment from,
      long source,
      MemorySegment to,
      long target,
      int width,
      Normalizer normalizer) {
    for (int i = 0; i < width; i++) {
      float x = from.get(JAVA_FLOAT, source + (long) Float.BYTES * i);
      float y = (x - normalizer.shift(i)) * normalizer.scale(i);
      to.set(JAVA_FLOAT, target + (long) Float.BYTES * i, y);
    }
  }

  /** Writes the class of row {@code fromRow} as a row of 0 with a 1 at the class. */
  static void oneHot(MemorySegment from, long fromRow, MemorySegment to, long toRow, int classes) {
    to.asSlice(toRow * classes * Float.BYTES, (long) classes * Float.BYTES).fill((byte) 0);
    int label = from.getAtIndex(JAVA_INT, fromRow);
    to.setAtIndex(JAVA_FLOAT, toRow * classes + label, 1);
  }

  /**
   * The index of the first label that is not from 0 to {@code classes} - 1; -1 if there is none.
   */
  static int labelOutside(Tensor labels, int classes) {
    int[] values = labels.toInts();
    for (int i = 0; i < values.length; i++) {
      if (Integer.compareUnsigned(values[i], classes) >= 0) {
        return i;
      }
    }
    return -1;
  }
}
