package dev.lanewise.internal.kernel.scalar;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.lanewise.internal.kernel.Memory;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.internal.kernel.RandomKernel;
import dev.lanewise.internal.random.Threefry;

/** The random draws of rng-v1 one element at a time: the oracle, and the edges of vector loops. */
public final class ScalarRandom implements RandomKernel {

  @Override
  public void uniform(long key, long from, int n, long out, Precision precision) {
    switch (precision) {
      case F32 -> uniformF32(key, from, n, out);
      case F64 -> uniformF64(key, from, n, out);
    }
  }

  @Override
  public void dropout(
      long key,
      int threshold,
      double scale,
      long from,
      int n,
      long x,
      long out,
      Precision precision) {
    switch (precision) {
      case F32 -> dropoutF32(key, threshold, (float) scale, from, n, x, out);
      case F64 -> dropoutF64(key, threshold, scale, from, n, x, out);
    }
  }

  private static void uniformF32(long key, long from, int n, long out) {
    for (int i = 0; i < n; i++) {
      float u = (Threefry.bits(key, from + i) >>> 8) * 0x1p-24f;
      Memory.ALL.set(JAVA_FLOAT_UNALIGNED, out + ((long) i << 2), u);
    }
  }

  private static void uniformF64(long key, long from, int n, long out) {
    for (int i = 0; i < n; i++) {
      double u = (Threefry.block(key, from + i) >>> 11) * 0x1p-53;
      Memory.ALL.set(JAVA_DOUBLE_UNALIGNED, out + ((long) i << 3), u);
    }
  }

  private static void dropoutF32(
      long key, int threshold, float scale, long from, int n, long x, long out) {
    for (int i = 0; i < n; i++) {
      boolean keep = Integer.compareUnsigned(Threefry.bits(key, from + i), threshold) >= 0;
      float value = Memory.ALL.get(JAVA_FLOAT_UNALIGNED, x + ((long) i << 2)) * scale;
      Memory.ALL.set(JAVA_FLOAT_UNALIGNED, out + ((long) i << 2), keep ? value : 0f);
    }
  }

  private static void dropoutF64(
      long key, int threshold, double scale, long from, int n, long x, long out) {
    for (int i = 0; i < n; i++) {
      boolean keep = Integer.compareUnsigned(Threefry.bits(key, from + i), threshold) >= 0;
      double value = Memory.ALL.get(JAVA_DOUBLE_UNALIGNED, x + ((long) i << 3)) * scale;
      Memory.ALL.set(JAVA_DOUBLE_UNALIGNED, out + ((long) i << 3), keep ? value : 0.0);
    }
  }
}
