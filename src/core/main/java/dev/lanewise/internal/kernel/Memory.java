package dev.lanewise.internal.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The whole address space as one segment.
 *
 * <p>Kernels take absolute addresses and read through {@link #ALL}: being a constant whose scope is always alive and
 * whose base is zero, it lets C2 fold every liveness check and base load. Callers have checked liveness and bounds.
 */
public final class Memory {

  /** Every native address; the offset into this segment is the address itself. */
  public static final MemorySegment ALL = all();

  private Memory() {}

  @SuppressWarnings("restricted") // the one place where the bounds of native memory are given up
  private static MemorySegment all() {
    return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  }
}
