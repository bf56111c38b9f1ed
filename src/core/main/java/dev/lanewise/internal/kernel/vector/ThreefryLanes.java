package dev.lanewise.internal.kernel.vector;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.XOR;

import dev.lanewise.internal.kernel.Lanes;
import dev.lanewise.internal.kernel.Memory;
import dev.lanewise.internal.random.Threefry;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Threefry2x32-20 with one block per lane, in steps of one vector of blocks.
 *
 * <p>The blocks of a step are consecutive, but lane 2i holds block i and lane 2i + 1 block L/2 + i
 * (L lanes). So the words of the first L/2 blocks lie in the low halves of the 64-bit lanes, those
 * of the others in the high halves, and shifts and masks put them in element order: no lane ever
 * moves. The first counter of a step is a multiple of L, so all its counters have one high word.
 *
 * <p>The rounds appear twice because a method cannot return two vectors without boxing them, and a
 * loop that branches to either use of the words is at the mercy of C2's profile, which boxed them
 * in some runs. For the same reason no vector lives longer than one pass of a loop, and dropout
 * puts bits in element order, not words: seen as longs, its vectors were boxed in one JVM of a
 * hundred.
 */
final class ThreefryLanes {

  private static final VectorSpecies<Integer> I32 = Lanes.I32;
  private static final VectorSpecies<Long> I64 = Lanes.I64;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final long BYTES = Lanes.BYTES;
  private static final long LOW = 0xFFFFFFFFL;
  private static final long EVEN_BITS = 0x5555555555555555L;

  /** Blocks of one step. */
  static final int BLOCKS = I32.length();

  /** 32-bit draws of one step, at most 32. */
  static final int DRAWS = 2 * BLOCKS;

  private ThreefryLanes() {}

  /** Writes the words of {@code steps} steps of blocks in element order. */
  static void words(long key, long counter, int steps, long out) {
    out = Memory.at(out);
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    int k2 = k0 ^ k1 ^ Threefry.PARITY;
    for (int step = 0; step < steps; step++) {
      long first = counter + (long) step * BLOCKS;
      IntVector lane = IntVector.zero(I32).addIndex(1);
      IntVector block = lane.lanewise(LSHR, 1).add(lane.and(1).mul(BLOCKS / 2));
      IntVector x0 = block.add((int) first + k0);
      IntVector x1 = IntVector.broadcast(I32, (int) (first >>> 32) + k1);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 13).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 15).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 26).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 6).lanewise(XOR, x0);
      x0 = x0.add(k1);
      x1 = x1.add(k2 + 1);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 17).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 29).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 16).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 24).lanewise(XOR, x0);
      x0 = x0.add(k2);
      x1 = x1.add(k0 + 2);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 13).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 15).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 26).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 6).lanewise(XOR, x0);
      x0 = x0.add(k0);
      x1 = x1.add(k1 + 3);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 17).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 29).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 16).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 24).lanewise(XOR, x0);
      x0 = x0.add(k1);
      x1 = x1.add(k2 + 4);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 13).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 15).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 26).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 6).lanewise(XOR, x0);
      x0 = x0.add(k2);
      x1 = x1.add(k0 + 5);
      LongVector y0 = x0.reinterpretAsLongs();
      LongVector y1 = x1.reinterpretAsLongs();
      long to = out + (long) step * (2 * BYTES);
      y0.and(LOW).or(y1.lanewise(LSHL, 32)).intoMemorySegment(Memory.ALL, to, ORDER);
      y0.lanewise(LSHR, 32).or(y1.and(~LOW)).intoMemorySegment(Memory.ALL, to + BYTES, ORDER);
    }
  }

  /** Drops or scales the elements of {@code steps} steps; the contract of the kernel otherwise. */
  static void dropout(
      long key,
      long counter,
      int steps,
      int threshold,
      double scale,
      long x,
      long out,
      boolean f32) {
    x = Memory.at(x);
    out = Memory.at(out);
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    int k2 = k0 ^ k1 ^ Threefry.PARITY;
    int limit = threshold ^ Integer.MIN_VALUE; // so that signed comparison orders unsigned numbers
    for (int step = 0; step < steps; step++) {
      long first = counter + (long) step * BLOCKS;
      IntVector lane = IntVector.zero(I32).addIndex(1);
      IntVector block = lane.lanewise(LSHR, 1).add(lane.and(1).mul(BLOCKS / 2));
      IntVector x0 = block.add((int) first + k0);
      IntVector x1 = IntVector.broadcast(I32, (int) (first >>> 32) + k1);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 13).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 15).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 26).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 6).lanewise(XOR, x0);
      x0 = x0.add(k1);
      x1 = x1.add(k2 + 1);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 17).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 29).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 16).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 24).lanewise(XOR, x0);
      x0 = x0.add(k2);
      x1 = x1.add(k0 + 2);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 13).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 15).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 26).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 6).lanewise(XOR, x0);
      x0 = x0.add(k0);
      x1 = x1.add(k1 + 3);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 17).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 29).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 16).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 24).lanewise(XOR, x0);
      x0 = x0.add(k1);
      x1 = x1.add(k2 + 4);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 13).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 15).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 26).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 6).lanewise(XOR, x0);
      x0 = x0.add(k2);
      x1 = x1.add(k0 + 5);
      long keep0 = x0.lanewise(XOR, Integer.MIN_VALUE).compare(GE, limit).toLong();
      long keep1 = x1.lanewise(XOR, Integer.MIN_VALUE).compare(GE, limit).toLong();
      long front = (keep0 & EVEN_BITS) | ((keep1 & EVEN_BITS) << 1);
      long back = ((keep0 & ~EVEN_BITS) >>> 1) | (keep1 & ~EVEN_BITS);
      int keep = (int) (front | (back << BLOCKS));
      if (f32) {
        long skip = (long) step * (2 * BYTES);
        dropF32(keep, (float) scale, x + skip, out + skip);
      } else {
        long skip = (long) step * (4 * BYTES);
        dropF64(keep, scale, x + skip, out + skip);
      }
    }
  }

  /** Drops or scales the F32 elements of one step: two vectors. */
  private static void dropF32(int keep, float scale, long x, long out) {
    dropVectorF32(keep, scale, x, out);
    dropVectorF32(keep >>> BLOCKS, scale, x + BYTES, out + BYTES);
  }

  /** Drops or scales the F64 elements of one step: four vectors. */
  private static void dropF64(int keep, double scale, long x, long out) {
    dropVectorF64(keep, scale, x, out);
    dropVectorF64(keep >>> (BLOCKS / 2), scale, x + BYTES, out + BYTES);
    dropVectorF64(keep >>> BLOCKS, scale, x + 2 * BYTES, out + 2 * BYTES);
    dropVectorF64(keep >>> (3 * BLOCKS / 2), scale, x + 3 * BYTES, out + 3 * BYTES);
  }

  /** {@code out[i] = bit i of keep ? x[i] * scale : 0}. */
  private static void dropVectorF32(int keep, float scale, long x, long out) {
    IntVector toSign =
        IntVector.broadcast(I32, Integer.SIZE - 1).sub(IntVector.zero(I32).addIndex(1));
    IntVector mask =
        IntVector.broadcast(I32, keep).lanewise(LSHL, toSign).lanewise(ASHR, Integer.SIZE - 1);
    FloatVector.fromMemorySegment(Lanes.F32, Memory.ALL, x, ORDER)
        .mul(scale)
        .reinterpretAsInts()
        .and(mask)
        .intoMemorySegment(Memory.ALL, out, ORDER);
  }

  /** {@code out[i] = bit i of keep ? x[i] * scale : 0}. */
  private static void dropVectorF64(int keep, double scale, long x, long out) {
    LongVector toSign =
        LongVector.broadcast(I64, Long.SIZE - 1).sub(LongVector.zero(I64).addIndex(1));
    LongVector mask =
        LongVector.broadcast(I64, keep).lanewise(LSHL, toSign).lanewise(ASHR, Long.SIZE - 1);
    DoubleVector.fromMemorySegment(Lanes.F64, Memory.ALL, x, ORDER)
        .mul(scale)
        .reinterpretAsLongs()
        .and(mask)
        .intoMemorySegment(Memory.ALL, out, ORDER);
  }
}
