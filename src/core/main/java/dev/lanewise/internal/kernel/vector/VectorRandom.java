package dev.lanewise.internal.kernel.vector;

import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.lanewise.internal.kernel.Lanes;
import dev.lanewise.internal.kernel.Memory;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.internal.kernel.RandomKernel;
import dev.lanewise.internal.kernel.scalar.ScalarRandom;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The random draws of rng-v1 in lanes: whole steps of {@link ThreefryLanes}, single elements before
 * the first and after the last.
 */
public final class VectorRandom implements RandomKernel {

  private static final VectorSpecies<Integer> I32 = Lanes.I32;
  private static final VectorSpecies<Long> I64 = Lanes.I64;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Steps of uniform draws whose words are converted while they are in the nearest cache. */
  private static final int PIECE = 32;

  private static final long LOW = 0xFFFFFFFFL;
  private static final long TWO_52_BITS = 0x4330000000000000L;
  private static final double TWO_52 = 0x1p52;

  private final ScalarRandom edges = new ScalarRandom();

  @Override
  public void uniform(long key, long from, int n, long out, Precision precision) {
    int step = precision == Precision.F32 ? ThreefryLanes.DRAWS : ThreefryLanes.BLOCKS;
    int head = head(from, n, step);
    int steps = (n - head) / step;
    int done = head + steps * step;
    edges.uniform(key, from, head, out, precision);
    for (int first = 0; first < steps; first += PIECE) {
      int count = Math.min(PIECE, steps - first);
      int i = head + first * step;
      long at = out + (long) i * precision.bytes();
      if (precision == Precision.F32) {
        ThreefryLanes.words(key, (from + i) >>> 1, count, at);
        wordsToF32(count * step, at);
      } else {
        ThreefryLanes.words(key, from + i, count, at);
        wordsToF64(count * step, at);
      }
    }
    long tail = out + (long) done * precision.bytes();
    edges.uniform(key, from + done, n - done, tail, precision);
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
    boolean f32 = precision == Precision.F32;
    int head = head(from, n, ThreefryLanes.DRAWS);
    int steps = (n - head) / ThreefryLanes.DRAWS;
    int done = head + steps * ThreefryLanes.DRAWS;
    long body = (long) head * precision.bytes();
    long tail = (long) done * precision.bytes();
    edges.dropout(key, threshold, scale, from, head, x, out, precision);
    ThreefryLanes.dropout(
        key, (from + head) >>> 1, steps, threshold, scale, x + body, out + body, f32);
    edges.dropout(key, threshold, scale, from + done, n - done, x + tail, out + tail, precision);
  }

  /** Elements before the first one that starts a step, at most {@code n}. */
  private static int head(long from, int n, int step) {
    return (int) Math.min(n, -from & (step - 1));
  }

  /** Turns 32-bit draws into uniform floats, in place; n is a multiple of the lanes. */
  private static void wordsToF32(int n, long at) {
    at = Memory.at(at);
    for (int i = 0; i < n; i += I32.length()) {
      long address = at + ((long) i << 2);
      IntVector words = IntVector.fromMemorySegment(I32, Memory.ALL, address, ORDER);
      ((FloatVector) words.lanewise(LSHR, 8).convert(I2F, 0))
          .mul(0x1p-24f)
          .intoMemorySegment(Memory.ALL, address, ORDER);
    }
  }

  /**
   * Turns 64-bit draws into uniform doubles, in place; n is a multiple of the lanes. The upper 32
   * and the next 21 bits become doubles of their own, as the mantissa of 2^52 + bits; that is exact
   * and so is their sum.
   */
  private static void wordsToF64(int n, long at) {
    at = Memory.at(at);
    for (int i = 0; i < n; i += I64.length()) {
      long address = at + ((long) i << 3);
      LongVector words = LongVector.fromMemorySegment(I64, Memory.ALL, address, ORDER);
      LongVector low = words.and(LOW).lanewise(LSHR, 11);
      DoubleVector lower = low.or(TWO_52_BITS).reinterpretAsDoubles().sub(TWO_52).mul(0x1p-53);
      LongVector high = words.lanewise(LSHR, 32);
      DoubleVector upper = high.or(TWO_52_BITS).reinterpretAsDoubles().sub(TWO_52).mul(0x1p-32);
      upper.add(lower).intoMemorySegment(Memory.ALL, address, ORDER);
    }
  }
}
