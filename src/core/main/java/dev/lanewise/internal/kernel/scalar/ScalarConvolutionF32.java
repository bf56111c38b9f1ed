package dev.lanewise.internal.kernel.scalar;

import dev.lanewise.internal.kernel.ConvolutionKernel;
import dev.lanewise.internal.kernel.Memory;
import java.lang.foreign.ValueLayout;

/** Convolution's products and moves one element at a time: the reference that defines the bits. */
// generates: F64
public final class ScalarConvolutionF32 implements ConvolutionKernel {

  @Override
  public void multiply(
      int m,
      int n,
      int k,
      long a,
      int[] aRows,
      int[] steps,
      long b,
      long start,
      long startRow,
      long startColumn,
      long c,
      long cRow) {
    for (int i = 0; i < m; i++) {
      long row = a + aRows[i];
      for (int j = 0; j < n; j++) {
        long column = b + (long) j * Float.BYTES;
        long out = c + i * cRow + (long) j * Float.BYTES;
        float acc = load(start == 0 ? out : start + i * startRow + j * startColumn);
        for (int p = 0; p < k; p++) {
          acc = Math.fma(load(row + steps[2 * p]), load(column + steps[2 * p + 1]), acc);
        }
        Memory.ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, out, acc);
      }
    }
  }

  @Override
  public void copy(
      int planes,
      int rows,
      int n,
      long from,
      long fromPlane,
      long fromRow,
      long to,
      long toPlane,
      long toRow) {
    for (int plane = 0; plane < planes; plane++) {
      for (int row = 0; row < rows; row++) {
        long x = from + plane * fromPlane + row * fromRow;
        long y = to + plane * toPlane + row * toRow;
        for (int j = 0; j < n; j++) {
          long at = (long) j * Float.BYTES;
          Memory.ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, y + at, load(x + at));
        }
      }
    }
  }

  @Override
  public void transpose(int rows, int columns, long from, long fromRow, long to, long toRow) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        float value = load(from + i * fromRow + (long) j * Float.BYTES);
        long at = j * toRow + (long) i * Float.BYTES;
        Memory.ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, to + at, value);
      }
    }
  }

  private static float load(long address) {
    return Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address);
  }
}
