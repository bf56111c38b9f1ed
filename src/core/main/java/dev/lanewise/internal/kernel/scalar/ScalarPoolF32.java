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
      long at = x + j * PAIR;
      float upper = Math.max(load(at), load(at + Float.BYTES));
      float lower = Math.max(load(at + row), load(at + row + Float.BYTES));
      store(y + (long) j * Float.BYTES, Math.max(upper, lower));
    }
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
      long at = j * PAIR;
      float max = load(y + (long) j * Float.BYTES);
      float a = attains(x + at, max);
      float b = attains(x + at + Float.BYTES, max);
      float c = attains(x + at + row, max);
      float d = attains(x + at + row + Float.BYTES, max);
      float share = load(g + (long) j * Float.BYTES) / (a + c + (b + d));
      store(dx + at, a * share);
      store(dx + at + Float.BYTES, b * share);
      store(dx + at + row, c * share);
      store(dx + at + row + Float.BYTES, d * share);
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
