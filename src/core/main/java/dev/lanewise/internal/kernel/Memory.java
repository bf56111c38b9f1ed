package dev.lanewise.internal.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The whole address space as one segment.
 *
 * <p>Kernels take absolute addresses and read through {@link #ALL}: being a constant whose scope is
 * always alive and whose base is zero, it lets C2 fold every liveness check and base load. Callers
 * have checked liveness and bounds.
 *
 * <p>A bounds check stays with every access whose address may be any long, and an alignment check
 * with every aligned layout; together they were half of the instructions of matrix multiplication.
 * So kernels pass what addresses are made of through {@link #at}, {@link #stride}, {@link #steps}
 * and {@link #count}, before their loops: these change no value that occurs, but from them C2
 * concludes that sums like {@code at + step * stride + row * stride} lie within the segment. And
 * layouts are the unaligned ones.
 */
public final class Memory {

  /** Every native address; the offset into this segment is the address itself. */
  public static final MemorySegment ALL = all();

  private static final long ADDRESS_BITS = (1L << 56) - 1;
  private static final long STRIDE_BITS = (1L << 40) - 1;
  private static final int STEP_BITS = (1 << 20) - 1;

  private Memory() {}

  /** The same address. C2 learns that it has 56 bits: user space has no more. */
  public static long at(long address) {
    return address & ADDRESS_BITS;
  }

  /** The same distance, not negative and below 2^40 bytes, as C2 learns. */
  public static long stride(long bytes) {
    return bytes & STRIDE_BITS;
  }

  /** The same count, not negative and below 2^20, as C2 learns. */
  public static int steps(int count) {
    return count & STEP_BITS;
  }

  /**
   * The same count, 0 to {@link MapLoop#MOST}, as C2 learns: an index below it, however far the
   * loop is unrolled, is an int and needs no arithmetic of its own (measured in the first-level
   * cache: sums of two tensors twice as fast).
   */
  public static int count(int count) {
    return count & MapLoop.MOST;
  }

  @SuppressWarnings("restricted") // the one place where the bounds of native memory are given up
  private static MemorySegment all() {
    return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  }

  /** The element at {@code address}. */
  public static double get(Precision precision, long address) {
    return precision == Precision.F32
        ? ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address)
        : ALL.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, address);
  }

  /** Sets the element at {@code address}, rounded to {@code precision}. */
  public static void put(Precision precision, long address, double value) {
    if (precision == Precision.F32) {
      ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, address, (float) value);
    } else {
      ALL.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, address, value);
    }
  }
}
