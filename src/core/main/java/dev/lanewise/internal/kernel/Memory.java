package dev.lanewise.internal.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The whole address space as one segment.
 *
 * <p>Kernels take absolute addresses and read through {@link #ALL}: being a constant whose scope is
 * always alive and whose base is zero, it lets C2 fold every liveness check and base load. Callers
 * have checked liveness and bounds.
 */
public final class Memory {

  /** Every native address; the offset into this segment is the address itself. */
  public static final MemorySegment ALL = all();

  private Memory() {}

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
