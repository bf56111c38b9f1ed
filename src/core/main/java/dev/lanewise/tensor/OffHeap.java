package dev.lanewise.tensor;

import java.util.List;

/**
 * The process-wide account of off-heap memory. The budget is {@code -Dlanewise.offheap.budget=8G}
 * ({@code K}, {@code M}, {@code G}, {@code T}; bytes without a unit), by default three quarters of
 * the memory of the machine or container. An allocation that would exceed it throws {@link
 * OffHeapBudgetException} before anything is allocated.
 */
public final class OffHeap {
  static final SlabPool POOL = new SlabPool(0);

  private OffHeap() {}

  /**
   * Returns the memory that open scopes and stores hold.
   *
   * @return bytes, including what a scope has reserved but not handed out
   */
  public static long liveBytes() {
    return POOL.live();
  }

  /**
   * Returns the largest value {@link #liveBytes} has had.
   *
   * @return bytes
   */
  public static long peakBytes() {
    return POOL.peak();
  }

  /**
   * Returns the memory kept for reuse: slabs of closed scopes and stores. It gives way when the
   * budget gets tight.
   *
   * @return bytes
   */
  public static long idleBytes() {
    return POOL.idle();
  }

  /**
   * Returns the limit.
   *
   * @return bytes
   * @throws LanewiseException if {@code -Dlanewise.offheap.budget} is malformed
   */
  public static long budget() {
    return POOL.budget();
  }

  /**
   * Returns how often memory was asked of the operating system so far. In the steady state of a
   * training loop this number does not move.
   *
   * @return a count that only grows
   */
  public static long mappings() {
    return POOL.mappings();
  }

  /**
   * Returns who holds memory: open scopes and stores, those that were never closed among them. In
   * checked mode (assertions enabled, or {@code -Dlanewise.checked=true}) each says where it was
   * opened.
   *
   * @return a line each, the largest first
   */
  public static List<String> owners() {
    return POOL.owners();
  }

  /** Returns all idle memory to the operating system. */
  public static void trim() {
    POOL.trim();
  }
}
