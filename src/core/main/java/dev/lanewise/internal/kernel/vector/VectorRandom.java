package dev.lanewise.internal.kernel.vector;

import dev.lanewise.internal.kernel.Lanes;
import dev.lanewise.internal.kernel.Memory;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.internal.kernel.RandomKernel;
import dev.lanewise.internal.kernel.scalar.ScalarRandom;
import dev.lanewise.internal.random.Threefry;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The random draws of rng-v1 in lanes: one Threefry block per lane.
 *
 * <p>The blocks of a vector are consecutive, but lane 2i holds block i and lane 2i + 1 block L/2 +
 * i (L lanes). So the words of the first L/2 blocks lie in the low halves of the 64-bit lanes and
 * those of the others in the high halves, and two shifts and masks put them in element order: no
 * lane ever moves.
 *
 * <p>No vector passes between methods, so nothing is boxed whatever C2 inlines.
 */
public final class VectorRandom implements RandomKernel {

  private static final VectorSpecies<Integer> I32 = Lanes.I32;
  private static final VectorSpecies<Long> I64 = Lanes.I64;
  private static final VectorSpecies<Float> F32 = Lanes.F32;
  private static final VectorSpecies<Double> F64 = Lanes.F64;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Blocks of one step. */
  private static final int BLOCKS = I32.length();

  /** 32-bit draws of one step, at most 32. */
  private static final int DRAWS = 2 * BLOCKS;

  private static final long LOW = 0xFFFFFFFFL;
  private static final int SIGN = Integer.MIN_VALUE;
  private static final long TWO_52_BITS = 0x4330000000000000L;
  private static final double TWO_52 = 0x1p52;

  /** What becomes of the draws of a step. */
  private enum Sink {
    /** They are written as they are, in element order. */
    WORDS,
    /** They decide which F32 elements stay. */
    DROPOUT_F32,
    /** They decide which F64 elements stay. */
    DROPOUT_F64
  }

  private final ScalarRandom edges = new ScalarRandom();

  @Override
  public void uniform(long key, long from, int n, long out, Precision precision) {
    int step = precision == Precision.F32 ? DRAWS : BLOCKS;
    int head = head(from, n, step);
    int body = (n - head) / step * step;
    long at = out + (long) head * precision.bytes();
    edges.uniform(key, from, head, out, precision);
    if (precision == Precision.F32) {
      blocks(key, (from + head) >>> 1, body / DRAWS, Sink.WORDS, 0, 0, at, at);
      wordsToF32(body, at);
    } else {
      blocks(key, from + head, body / BLOCKS, Sink.WORDS, 0, 0, at, at);
      wordsToF64(body, at);
    }
    int done = head + body;
    edges.uniform(key, from + done, n - done, out + (long) done * precision.bytes(), precision);
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
    int head = head(from, n, DRAWS);
    int steps = (n - head) / DRAWS;
    int done = head + steps * DRAWS;
    long skip = (long) head * precision.bytes();
    long past = (long) done * precision.bytes();
    edges.dropout(key, threshold, scale, from, head, x, out, precision);
    Sink sink = precision == Precision.F32 ? Sink.DROPOUT_F32 : Sink.DROPOUT_F64;
    long counter = (from + head) >>> 1;
    blocks(key, counter, steps, sink, threshold, scale, x + skip, out + skip);
    edges.dropout(key, threshold, scale, from + done, n - done, x + past, out + past, precision);
  }

  /** Elements before the first one that starts a step, at most {@code n}. */
  private static int head(long from, int n, int step) {
    return (int) Math.min(n, -from & (step - 1));
  }

  /**
   * Computes steps of consecutive blocks and gives their draws to the sink. The first counter is a
   * multiple of {@link #BLOCKS}, so the high word of a counter is the same for a whole step.
   */
  private static void blocks(
      long key, long counter, int steps, Sink sink, int threshold, double scale, long x, long out) {
    IntVector lane = IntVector.zero(I32).addIndex(1);
    IntVector block =
        lane.lanewise(VectorOperators.LSHR, 1).add(lane.and(1).mul(BLOCKS / 2)); // see the class
    IntVector limit = IntVector.broadcast(I32, threshold ^ SIGN);
    int bytes = sink == Sink.DROPOUT_F64 ? DRAWS * Double.BYTES : DRAWS * Float.BYTES;
    for (int step = 0; step < steps; step++) {
      long first = counter + (long) step * BLOCKS;
      int k0 = (int) key;
      int k1 = (int) (key >>> 32);
      int k2 = k0 ^ k1 ^ Threefry.PARITY;
      IntVector x0 = block.add((int) first + k0);
      IntVector x1 = IntVector.broadcast(I32, (int) (first >>> 32) + k1);
      for (int group = 1; group <= Threefry.GROUPS; group++) {
        boolean odd = (group & 1) != 0;
        x0 = x0.add(x1);
        x1 = x1.lanewise(VectorOperators.ROL, odd ? 13 : 17).lanewise(VectorOperators.XOR, x0);
        x0 = x0.add(x1);
        x1 = x1.lanewise(VectorOperators.ROL, odd ? 15 : 29).lanewise(VectorOperators.XOR, x0);
        x0 = x0.add(x1);
        x1 = x1.lanewise(VectorOperators.ROL, odd ? 26 : 16).lanewise(VectorOperators.XOR, x0);
        x0 = x0.add(x1);
        x1 = x1.lanewise(VectorOperators.ROL, odd ? 6 : 24).lanewise(VectorOperators.XOR, x0);
        int k = k0; // the key words take turns
        k0 = k1;
        k1 = k2;
        k2 = k;
        x0 = x0.add(k0);
        x1 = x1.add(k1 + group);
      }
      LongVector y0 = x0.reinterpretAsLongs();
      LongVector y1 = x1.reinterpretAsLongs();
      LongVector front = y0.and(LOW).or(y1.lanewise(VectorOperators.LSHL, 32));
      LongVector back = y0.lanewise(VectorOperators.LSHR, 32).or(y1.and(~LOW));
      long to = out + (long) step * bytes;
      if (sink == Sink.WORDS) {
        front.intoMemorySegment(Memory.ALL, to, ORDER);
        back.intoMemorySegment(Memory.ALL, to + Lanes.BYTES, ORDER);
      } else {
        long keepFront =
            front
                .reinterpretAsInts()
                .lanewise(VectorOperators.XOR, SIGN)
                .compare(VectorOperators.GE, limit)
                .toLong();
        long keepBack =
            back.reinterpretAsInts()
                .lanewise(VectorOperators.XOR, SIGN)
                .compare(VectorOperators.GE, limit)
                .toLong();
        int keep = (int) (keepFront | keepBack << BLOCKS);
        long of = x + (long) step * bytes;
        if (sink == Sink.DROPOUT_F32) {
          dropF32(keep, (float) scale, of, to);
        } else {
          dropF64(keep, scale, of, to);
        }
      }
    }
  }

  /** {@code out[i] = bit i of keep ? x[i] * scale : 0} for the draws of one step. */
  private static void dropF32(int keep, float scale, long x, long out) {
    IntVector toSign =
        IntVector.broadcast(I32, Integer.SIZE - 1).sub(IntVector.zero(I32).addIndex(1));
    for (int at = 0; at < DRAWS; at += I32.length()) {
      long skip = (long) at << 2;
      IntVector mask =
          IntVector.broadcast(I32, keep >>> at)
              .lanewise(VectorOperators.LSHL, toSign)
              .lanewise(VectorOperators.ASHR, Integer.SIZE - 1);
      FloatVector.fromMemorySegment(F32, Memory.ALL, x + skip, ORDER)
          .mul(scale)
          .reinterpretAsInts()
          .and(mask)
          .intoMemorySegment(Memory.ALL, out + skip, ORDER);
    }
  }

  /** {@code out[i] = bit i of keep ? x[i] * scale : 0} for the draws of one step. */
  private static void dropF64(int keep, double scale, long x, long out) {
    LongVector toSign =
        LongVector.broadcast(I64, Long.SIZE - 1).sub(LongVector.zero(I64).addIndex(1));
    for (int at = 0; at < DRAWS; at += I64.length()) {
      long skip = (long) at << 3;
      LongVector mask =
          LongVector.broadcast(I64, keep >>> at)
              .lanewise(VectorOperators.LSHL, toSign)
              .lanewise(VectorOperators.ASHR, Long.SIZE - 1);
      DoubleVector.fromMemorySegment(F64, Memory.ALL, x + skip, ORDER)
          .mul(scale)
          .reinterpretAsLongs()
          .and(mask)
          .intoMemorySegment(Memory.ALL, out + skip, ORDER);
    }
  }

  /** Turns n draws of 32 bits into uniform floats, in place; n is a multiple of the lanes. */
  private static void wordsToF32(int n, long at) {
    for (int i = 0; i < n; i += I32.length()) {
      long address = at + ((long) i << 2);
      IntVector words = IntVector.fromMemorySegment(I32, Memory.ALL, address, ORDER);
      ((FloatVector) words.lanewise(VectorOperators.LSHR, 8).convert(VectorOperators.I2F, 0))
          .mul(0x1p-24f)
          .intoMemorySegment(Memory.ALL, address, ORDER);
    }
  }

  /**
   * Turns n draws of 64 bits into uniform doubles, in place; n is a multiple of the lanes. The
   * upper 32 and the next 21 bits become doubles of their own, as the mantissa of 2^52 + bits,
   * which is exact and so is their sum.
   */
  private static void wordsToF64(int n, long at) {
    for (int i = 0; i < n; i += I64.length()) {
      long address = at + ((long) i << 3);
      LongVector words = LongVector.fromMemorySegment(I64, Memory.ALL, address, ORDER);
      LongVector low = words.and(LOW).lanewise(VectorOperators.LSHR, 11);
      DoubleVector lower = low.or(TWO_52_BITS).reinterpretAsDoubles().sub(TWO_52).mul(0x1p-53);
      LongVector high = words.lanewise(VectorOperators.LSHR, 32);
      DoubleVector upper = high.or(TWO_52_BITS).reinterpretAsDoubles().sub(TWO_52).mul(0x1p-32);
      upper.add(lower).intoMemorySegment(Memory.ALL, address, ORDER);
    }
  }
}
