package dev.lanewise.internal.kernel.scalar;

import dev.lanewise.internal.kernel.Memory;
import dev.lanewise.internal.kernel.PoolKernel;
import java.lang.foreign.ValueLayout;

/** Pooling one window at a time: the reference that defines the bits. */
// generates: F64
public final class ScalarPoolF32 implements PoolKernel {
  private static final long PAIR = 2L * Float.BYTES;

  @Override
  public void max(Grid grid, long x, long y) {
    long out = y;
    for (int plane = 0; plane < grid.planes(); plane++) {
      for (int r = 0; r < grid.rows(); r++) {
        maxRow(grid.columns(), x + plane * grid.plane() + 2L * r * grid.row(), grid.row(), out);
        out += (long) grid.columns() * Float.BYTES;
      }
    }
  }

  /** One row of maxima. */
  public static void maxRow(int n, long x, long row, long y) {
    x = Memory.at(x);
    row = Memory.stride(row);
    y = Memory.at(y);
    for (int j = 0; j < n; j++) {
      store(y + (long) j * Float.BYTES, max(x + j * PAIR, Float.BYTES, row));
    }
  }

  /** The maximum of a window whose neighbours are so far apart. */
  private static float max(long x, long right, long below) {
    float upper = Math.max(load(x), load(x + right));
    return Math.max(upper, Math.max(load(x + below), load(x + below + right)));
  }

  @Override
  public void maxGradient(Grid grid, long x, long y, long g, long dx) {
    long out = 0;
    for (int plane = 0; plane < grid.planes(); plane++) {
      for (int r = 0; r < grid.rows(); r++) {
        long at = plane * grid.plane() + 2L * r * grid.row();
        gradientRow(grid.columns(), x + at, grid.row(), y + out, g + out, dx + at);
        out += (long) grid.columns() * Float.BYTES;
      }
    }
  }

  /** What {@link #maxGradient} does for one row of maxima. */
  public static void gradientRow(int n, long x, long row, long y, long g, long dx) {
    x = Memory.at(x);
    row = Memory.stride(row);
    y = Memory.at(y);
    g = Memory.at(g);
    dx = Memory.at(dx);
    for (int j = 0; j < n; j++) {
      long at = (long) j * Float.BYTES;
      spread(x + j * PAIR, Float.BYTES, row, load(y + at), load(g + at), dx + j * PAIR);
    }
  }

  /** The gradient of one maximum. */
  private static void spread(long x, long right, long below, float max, float g, long dx) {
    float a = attains(x, max);
    float b = attains(x + right, max);
    float c = attains(x + below, max);
    float d = attains(x + below + right, max);
    float share = g / (a + c + (b + d));
    store(dx, a * share);
    store(dx + right, b * share);
    store(dx + below, c * share);
    store(dx + below + right, d * share);
  }

  @Override
  public void maxOfPixels(int rows, int columns, long pixel, long row, long x, long y) {
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < columns; j++) {
        long from = x + 2L * r * row + 2L * j * pixel;
        long to = y + ((long) r * columns + j) * pixel;
        for (long c = 0; c < pixel; c += Float.BYTES) {
          store(to + c, max(from + c, pixel, row));
        }
      }
    }
  }

  @Override
  public void maxGradientOfPixels(
      int rows, int columns, long pixel, long row, long x, long g, long dx) {
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < columns; j++) {
        long at = 2L * r * row + 2L * j * pixel;
        long from = g + ((long) r * columns + j) * pixel;
        for (long c = 0; c < pixel; c += Float.BYTES) {
          float max = max(x + at + c, pixel, row);
          spread(x + at + c, pixel, row, max, load(from + c), dx + at + c);
        }
      }
    }
  }

  private static float attains(long address, float max) {
    return load(address) == max ? 1 : 0;
  }

  private static float load(long address) {
    return Memory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address);
  }

  private static void store(long address, float value) {
    Memory.ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, address, value);
  }
}
