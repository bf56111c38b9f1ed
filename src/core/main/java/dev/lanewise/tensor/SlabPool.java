package dev.lanewise.tensor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The account of all slabs: who holds how much, which lie idle, and what the budget still allows.
 * Owners come here a few times in their life, never per tensor, so one lock serves.
 */
final class SlabPool {
  /** The smallest slab. Untouched pages of it cost nothing. */
  static final long MIN_SLAB = 1L << 20;

  /** Every slab is a multiple of this, which is a multiple of any page size. */
  private static final long GRAIN = 1L << 16;

  /** A run of memory. Only a fresh one is known to be zero. */
  record Slab(NativeMemory.Block block, boolean fresh) {
    long address() {
      return block.address();
    }

    long bytes() {
      return block.bytes();
    }
  }

  private final Set<Lifetime> owners = new HashSet<>();
  private final List<Slab> idle = new ArrayList<>();
  private long budget;
  private long live;
  private long peak;
  private long idleBytes;
  private long mappings;

  /**
   * Creates an account.
   *
   * @param budget the limit in bytes, or 0 to find it out on first use
   */
  SlabPool(long budget) {
    this.budget = budget;
  }

  synchronized long budget() {
    if (budget == 0) {
      budget = Budget.resolve(System.getProperty(Budget.PROPERTY));
    }
    return budget;
  }

  synchronized long live() {
    return live;
  }

  synchronized long peak() {
    return peak;
  }

  synchronized long idle() {
    return idleBytes;
  }

  /** How often memory was asked of the operating system. */
  synchronized long mappings() {
    return mappings;
  }

  /** Who holds memory, the largest first, a line each. */
  synchronized List<String> owners() {
    return largestFirst().stream().map(Lifetime::describe).toList();
  }

  private List<Lifetime> largestFirst() {
    List<Lifetime> largest = new ArrayList<>(owners);
    largest.sort(Comparator.comparingLong((Lifetime o) -> o.heldBytes).reversed());
    return largest;
  }

  /**
   * Hands out a slab of at least {@code bytes}; of about {@code wanted} if the budget allows.
   *
   * @throws OffHeapBudgetException if not even {@code bytes} fit into the budget
   */
  synchronized Slab acquire(long bytes, long wanted, Lifetime owner) {
    Slab slab = takeIdle(wanted);
    if (slab == null) {
      long size = roundUp(wanted);
      if (size > budget() - live) {
        size = (bytes + GRAIN - 1) & -GRAIN;
      }
      if (size > budget() - live) {
        throw exceeded(bytes, owner);
      }
      if (size > budget() - live - idleBytes) {
        trim();
      }
      slab = new Slab(NativeMemory.allocate(size), true);
      mappings++;
    }
    live += slab.bytes();
    peak = Math.max(peak, live);
    owner.heldBytes += slab.bytes();
    owners.add(owner);
    return slab;
  }

  /** Takes a slab back. It is kept for the next owner unless too much lies idle already. */
  synchronized void release(Slab slab, Lifetime owner) {
    live -= slab.bytes();
    owner.heldBytes -= slab.bytes();
    if (owner.heldBytes == 0) {
      owners.remove(owner);
    }
    if (idleBytes + slab.bytes() <= budget() / 4) {
      idle.add(new Slab(slab.block(), false));
      idleBytes += slab.bytes();
    } else {
      slab.block().free();
    }
  }

  /** Returns all idle memory to the operating system. */
  synchronized void trim() {
    for (Slab slab : idle) {
      slab.block().free();
    }
    idle.clear();
    idleBytes = 0;
  }

  /** The smallest idle slab that is large enough without wasting more than half of it. */
  private @Nullable Slab takeIdle(long wanted) {
    Slab best = null;
    for (Slab slab : idle) {
      boolean fits = slab.bytes() >= wanted && slab.bytes() / 2 <= Math.max(wanted, MIN_SLAB);
      if (fits && (best == null || slab.bytes() < best.bytes())) {
        best = slab;
      }
    }
    if (best != null) {
      idle.remove(best);
      idleBytes -= best.bytes();
    }
    return best;
  }

  /** Rounds to one of eight sizes per power of two, so that slabs fit again and little is lost. */
  static long roundUp(long bytes) {
    long atLeast = Math.max(bytes, MIN_SLAB);
    long grain = Math.max(GRAIN, Long.highestOneBit(atLeast) >> 3);
    return (atLeast + grain - 1) & -grain;
  }

  private OffHeapBudgetException exceeded(long bytes, Lifetime owner) {
    StringBuilder text = new StringBuilder("off-heap budget exceeded: ").append(owner.owner);
    text.append(" needs ").append(Budget.format(bytes)).append(", but ");
    text.append(Budget.format(live)).append(" of ").append(Budget.format(budget()));
    text.append(" are in use");
    List<Lifetime> largest = largestFirst();
    String separator = ", most by ";
    for (Lifetime holder : largest.subList(0, Math.min(3, largest.size()))) {
      text.append(separator).append(holder.owner);
      text.append(" (").append(Budget.format(holder.heldBytes)).append(')');
      separator = ", ";
    }
    text.append(
        "; use smaller batches, close what is no longer needed, or raise the limit with -D");
    return new OffHeapBudgetException(text.append(Budget.PROPERTY).append("=8G").toString());
  }
}
