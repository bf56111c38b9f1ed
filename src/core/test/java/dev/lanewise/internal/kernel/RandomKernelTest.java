package dev.lanewise.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.internal.kernel.scalar.ScalarRandom;
import dev.lanewise.internal.kernel.vector.VectorRandom;
import dev.lanewise.internal.random.RandomKey;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RandomKernelTest {

  private static final int[] SIZES = {0, 1, 2, 7, 8, 15, 16, 31, 32, 33, 63, 64, 65, 100, 1037};
  private static final long[] STARTS = {
    0, 1, 5, 16, 31, 32, 33, 4096, (1L << 33) - 40, (1L << 34) - 3, -2000
  };
  private static final byte CANARY = 0x5A;
  private static final long GUARD = 64;

  private static final RandomKey KEY = RandomKey.ofSeed(7).fold("kernel");
  private static final RandomKernel SCALAR = new ScalarRandom();
  private static final RandomKernel VECTOR = new VectorRandom();

  /** One call of a kernel. */
  private interface Call {
    void run(RandomKernel kernel, long from, int n, long x, long out);
  }

  @ParameterizedTest
  @EnumSource
  void uniformTwinsAgreeToTheBit(Precision precision) {
    checkTwins(
        precision,
        (kernel, from, n, x, out) -> kernel.uniform(KEY.value(), from, n, out, precision));
  }

  @ParameterizedTest
  @EnumSource
  void dropoutTwinsAgreeToTheBit(Precision precision) {
    for (int threshold : new int[] {0, 1, 0x33333333, 0x80000000, 0xFFFFFFFF}) {
      checkTwins(
          precision,
          (kernel, from, n, x, out) ->
              kernel.dropout(KEY.value(), threshold, 1.0 / 3, from, n, x, out, precision));
    }
  }

  @ParameterizedTest
  @EnumSource
  void dropoutWorksInPlace(Precision precision) {
    checkTwins(
        precision,
        (kernel, from, n, x, out) -> {
          MemorySegment.copy(Memory.ALL, x, Memory.ALL, out, (long) n * precision.bytes());
          kernel.dropout(KEY.value(), 0x80000000, 2, from, n, out, out, precision);
        });
  }

  @Test
  void uniformIsThatOfTheKey() {
    try (Arena arena = Arena.ofConfined()) {
      int n = 300;
      MemorySegment out = arena.allocate(8L * n, 64);
      VECTOR.uniform(KEY.value(), 13, n, out.address(), Precision.F32);
      for (int i = 0; i < n; i++) {
        assertThat(out.getAtIndex(ValueLayout.JAVA_FLOAT, i)).isEqualTo(KEY.uniform(13 + i));
      }
      VECTOR.uniform(KEY.value(), 13, n, out.address(), Precision.F64);
      for (int i = 0; i < n; i++) {
        assertThat(out.getAtIndex(ValueLayout.JAVA_DOUBLE, i)).isEqualTo(KEY.uniformDouble(13 + i));
      }
    }
  }

  @Test
  void dropoutDropsTheElementsBelowTheThreshold() {
    int n = 1 << 16;
    double p = 0.2;
    int threshold = RandomKey.threshold(p);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = arena.allocate(4L * n, 64);
      MemorySegment out = arena.allocate(4L * n, 64);
      x.fill((byte) 0xFF); // all NaN: what is dropped must be +0 nevertheless
      VECTOR.dropout(KEY.value(), threshold, 1.25, 0, n, x.address(), out.address(), Precision.F32);
      int dropped = 0;
      for (int i = 0; i < n; i++) {
        boolean drop = Integer.compareUnsigned(KEY.bits(i), threshold) < 0;
        float value = out.getAtIndex(ValueLayout.JAVA_FLOAT, i);
        assertThat(Float.floatToIntBits(value)).isEqualTo(drop ? 0 : 0x7FC00000);
        dropped += drop ? 1 : 0;
      }
      assertThat((double) dropped / n).isCloseTo(p, within(4 * Math.sqrt(p * (1 - p) / n)));
    }
  }

  /** Runs both kernels over all sizes and starts and compares the bytes and those around them. */
  private static void checkTwins(Precision precision, Call call) {
    int most = SIZES[SIZES.length - 1];
    long bytes = (long) most * precision.bytes();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = arena.allocate(bytes, 64);
      for (int i = 0; i < most; i++) {
        if (precision == Precision.F32) {
          x.setAtIndex(ValueLayout.JAVA_FLOAT, i, (i - 20) * 0.37f);
        } else {
          x.setAtIndex(ValueLayout.JAVA_DOUBLE, i, (i - 20) * 0.37);
        }
      }
      MemorySegment expected = arena.allocate(bytes + 2 * GUARD, 64);
      MemorySegment actual = arena.allocate(bytes + 2 * GUARD, 64);
      for (int n : SIZES) {
        for (long from : STARTS) {
          expected.fill(CANARY);
          actual.fill(CANARY);
          // one element past an aligned address: vectors must not rely on alignment
          long skip = GUARD + precision.bytes();
          int count = Math.min(n, most - 1);
          call.run(SCALAR, from, count, x.address(), expected.address() + skip);
          call.run(VECTOR, from, count, x.address(), actual.address() + skip);
          assertThat(expected.mismatch(actual)).as("n = %d, from = %d", n, from).isEqualTo(-1);
          checkCanaries(expected, skip, skip + (long) count * precision.bytes());
        }
      }
    }
  }

  private static void checkCanaries(MemorySegment segment, long from, long to) {
    long touched = 0;
    for (long i = 0; i < segment.byteSize(); i++) {
      boolean outside = i < from || i >= to;
      touched += outside && segment.get(ValueLayout.JAVA_BYTE, i) != CANARY ? 1 : 0;
    }
    assertThat(touched).as("bytes touched outside the output").isZero();
  }
}
