package dev.lanewise.internal.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * One function of binary32 over blocks of neighbouring bit patterns: the scalar loop and those of
 * all widths must agree, and the error is measured against the same function in binary64, which in
 * turn is held against an independent reference at every {@value #SPOT}th argument.
 */
final class FunctionSweep {

  /** How the patterns of all 2^32 arguments are cut into blocks. */
  static final int BLOCKS = 256;

  private static final int BLOCK = 1 << Integer.SIZE - 8;
  private static final int CHUNK = 1 << 15;
  private static final int SPOT = 61;
  private static final int CANONICAL_NAN = 0x7fc00000;

  /** Relative, far above the error of either and far below a step of binary32. */
  private static final double SPOT_TOLERANCE = 0x1p-40;

  private static final int F64_FRACTION = 52;
  private static final long F64_EXPONENT = 0x7ffL;
  private static final long F64_BIAS = 1023;
  private static final int F32_FRACTION = 23;

  private final FunctionCase function;
  private final int length;
  private final int[] widths;

  /**
   * What was found.
   *
   * @param worst error in units in the last place
   * @param at the argument that has it
   * @param sha256 over the SHA-256 of each block of results in order, one NaN for all
   */
  record Result(double worst, float at, String sha256) {}

  private record Block(double worst, float at, byte[] sha256) {}

  /** Sweeps the first {@code length} patterns (a multiple of {@value #CHUNK}) of each block. */
  FunctionSweep(FunctionCase function, int length) {
    this.function = function;
    this.length = length;
    widths = IntStream.of(128, 256, 512).filter(bits -> bits <= Lanes.BITS).toArray();
  }

  /** Sweeps all of each block. */
  static FunctionSweep whole(FunctionCase function) {
    return new FunctionSweep(function, BLOCK);
  }

  /** Of a sweep over one chunk of each block. */
  static FunctionSweep sample(FunctionCase function) {
    return new FunctionSweep(function, CHUNK);
  }

  /** Every {@code stride}th block, on {@code threads} threads; {@code done} hears of each. */
  Result run(int stride, int threads, Consumer<String> done)
      throws InterruptedException, ExecutionException {
    try (var pool = Executors.newFixedThreadPool(threads)) {
      List<Future<Block>> blocks = new ArrayList<>();
      for (int b = 0; b < BLOCKS; b += stride) {
        int first = b * BLOCK;
        blocks.add(pool.submit(() -> block(first)));
      }
      Block worst = blocks.getFirst().get();
      MessageDigest all = sha256();
      for (int i = 0; i < blocks.size(); i++) {
        Block block = blocks.get(i).get();
        worst = block.worst > worst.worst ? block : worst;
        all.update(block.sha256);
        done.accept("%s: %d of %d blocks".formatted(function, i + 1, blocks.size()));
      }
      return new Result(worst.worst, worst.at, HexFormat.of().formatHex(all.digest()));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private Block block(int firstPattern) {
    MessageDigest digest = sha256();
    double worst = 0;
    float at = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = floats(arena);
      MemorySegment y = floats(arena);
      MemorySegment other = floats(arena);
      MemorySegment wideX = arena.allocate((long) CHUNK * Double.BYTES, 64);
      MemorySegment exact = arena.allocate((long) CHUNK * Double.BYTES, 64);
      MapLoop scalar = loop(Precision.F32, LoopCompiler.SCALAR);
      MapLoop reference = loop(Precision.F64, Lanes.BITS);
      for (int offset = 0; offset < length; offset += CHUNK) {
        for (int i = 0; i < CHUNK; i++) {
          float value = Float.intBitsToFloat(firstPattern + offset + i);
          x.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
          wideX.setAtIndex(ValueLayout.JAVA_DOUBLE, i, value);
        }
        run(scalar, x, y);
        for (int bits : widths) {
          run(loop(Precision.F32, bits), x, other);
          requireSame(x, y, other, bits);
        }
        run(reference, wideX, exact);
        for (int i = 0; i < CHUNK; i++) {
          float argument = x.getAtIndex(ValueLayout.JAVA_FLOAT, i);
          float got = y.getAtIndex(ValueLayout.JAVA_FLOAT, i);
          double want = function.within(argument, exact.getAtIndex(ValueLayout.JAVA_DOUBLE, i));
          if (i % SPOT == 0) {
            requireClose(argument, want);
          }
          if (!(quickError(got, want) <= worst)) {
            double error = Ulps.error(got, want);
            if (error > worst) {
              worst = error;
              at = argument;
            }
          }
          if (got != got) {
            y.setAtIndex(ValueLayout.JAVA_INT, i, CANONICAL_NAN);
          }
        }
        digest.update(y.asByteBuffer());
      }
    }
    return new Block(worst, at, digest.digest());
  }

  private static MemorySegment floats(Arena arena) {
    return arena.allocate((long) CHUNK * Float.BYTES, 64);
  }

  private MapLoop loop(Precision precision, int bits) {
    return CompiledLoops.map(precision, bits, 0, List.of(function.expression));
  }

  private static void run(MapLoop loop, MemorySegment x, MemorySegment y) {
    loop.run(new long[] {x.address(), y.address()}, new double[0], 0, CHUNK);
  }

  /** The payload of a NaN may differ. */
  private void requireSame(MemorySegment x, MemorySegment y, MemorySegment other, int bits) {
    if (y.mismatch(other) < 0) {
      return;
    }
    for (int i = 0; i < CHUNK; i++) {
      float scalar = y.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      float vector = other.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      if (Float.floatToIntBits(scalar) != Float.floatToIntBits(vector)) {
        throw new AssertionError(
            "%s(%a): %a with scalars, %a with %d bits"
                .formatted(
                    function, x.getAtIndex(ValueLayout.JAVA_FLOAT, i), scalar, vector, bits));
      }
    }
  }

  private void requireClose(float x, double wide) {
    double independent = function.reference(x);
    boolean close =
        Double.isFinite(independent)
            ? Math.abs(wide - independent)
                <= SPOT_TOLERANCE * Math.abs(independent) + Double.MIN_NORMAL
            : Double.compare(wide, independent) == 0;
    if (!close) {
      throw new AssertionError(
          "%s(%a): binary64 gives %a, the reference %a".formatted(function, x, wide, independent));
    }
  }

  /**
   * The error where {@code want} is finite and not zero, NaN where one of them is not finite;
   * infinite for the wrong zero.
   */
  private static double quickError(float got, double want) {
    if (want == 0) {
      return Float.floatToRawIntBits(got) == Float.floatToRawIntBits((float) want)
          ? 0
          : Double.POSITIVE_INFINITY;
    }
    long exponent = Double.doubleToRawLongBits(want) >>> F64_FRACTION & F64_EXPONENT;
    long spacing = Math.max(exponent, Float.MIN_EXPONENT + F64_BIAS) - F32_FRACTION;
    double inverse = Double.longBitsToDouble(2 * F64_BIAS - spacing << F64_FRACTION);
    return Math.abs(got - want) * inverse;
  }
}
