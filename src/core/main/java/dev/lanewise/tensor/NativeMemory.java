package dev.lanewise.tensor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Zeroed memory straight from the operating system. On Linux and macOS this is {@code mmap}: unlike
 * an arena it touches no page, can be advised for huge pages before first use, is unmapped without
 * deoptimising every thread, and does not count against {@code -XX:MaxDirectMemorySize}. Elsewhere
 * an arena serves.
 *
 * <p>Blocks in succession start at different places of a page. Loops go through several tensors in
 * step, and where all of these start at huge pages, their elements compete for the same sets of the
 * caches all the way. Worst are distances of multiples of 256 MiB, where the way predictor of AMD's
 * first-level cache, a hash of the address, cannot tell them apart (Lipp et al., "Take A Way",
 * 2020): on Zen 4 a loop over four tensors then takes seven times as long ({@code PlacementBench},
 * results/zen4). Of pairs at huge pages, one in 128 lies that way.
 */
@SuppressWarnings("restricted")
final class NativeMemory {
  /** All of the address space, for access by absolute address. */
  static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final long HUGE_PAGE = 2L << 20;

  /** Bytes between the starts of blocks within their pages: 5 small pages and 9 cache lines. */
  private static final int STAGGER = 5 * 4096 + 9 * 64;

  /** After how many blocks the starts begin anew. */
  private static final int STARTS = 16;

  /** Bytes of a block beyond those asked for: room for its start, in pages of any size. */
  private static final long SPARE = (STARTS * STAGGER + 65535L) & -65536;

  private static final int READ_WRITE = 3;
  private static final int MADV_DONTNEED = 4;
  private static final int MADV_HUGEPAGE = 14;

  private static final String OS = System.getProperty("os.name", "");
  private static final boolean LINUX = OS.startsWith("Linux");
  private static final int PRIVATE_ANONYMOUS = LINUX ? 0x22 : 0x1002;

  private static final @Nullable MethodHandle MMAP =
      posix("mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final @Nullable MethodHandle MUNMAP =
      posix("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final @Nullable MethodHandle MADVISE =
      posix("madvise", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);

  private static final AtomicInteger BLOCKS = new AtomicInteger();

  private NativeMemory() {}

  /**
   * A run of memory within {@code bytes + SPARE} of them at {@code start}; {@code arena} is null
   * when these were mapped.
   */
  record Block(long address, long bytes, long start, @Nullable Arena arena) {
    /**
     * Gives the memory back. In checked mode its addresses stay mapped, empty: a thread in the
     * middle of a kernel then reads zeros until its next check, where it would crash the JVM.
     */
    void free() {
      if (arena != null) {
        arena.close();
      } else if (Lifetime.CHECKED) {
        advise(start, bytes + SPARE, MADV_DONTNEED);
      } else {
        unmap(start, bytes + SPARE);
      }
    }
  }

  /**
   * Allocates zeroed memory.
   *
   * @param bytes at least 1; a multiple of the page size
   * @return the memory, aligned to 64 bytes
   * @throws OffHeapBudgetException if the operating system has no more
   */
  static Block allocate(long bytes) {
    long stagger = (long) Math.floorMod(BLOCKS.getAndIncrement(), STARTS) * STAGGER;
    long needed = bytes + SPARE;
    if (MMAP == null || MUNMAP == null) {
      Arena arena = Arena.ofShared();
      try {
        long start = arena.allocate(needed, alignment(bytes)).address();
        return new Block(start + stagger, bytes, start, arena);
      } catch (OutOfMemoryError e) {
        arena.close();
        throw refused(bytes);
      }
    }
    // Mapped with room to spare; what lies outside the aligned part is given back at once.
    long slack = alignment(bytes) == HUGE_PAGE ? HUGE_PAGE : 0;
    long mapped = map(needed + slack);
    if (mapped == -1) {
      throw refused(bytes);
    }
    long start = slack == 0 ? mapped : (mapped + HUGE_PAGE - 1) & -HUGE_PAGE;
    unmap(mapped, start - mapped);
    unmap(start + needed, mapped + slack - start);
    if (slack != 0 && LINUX) {
      advise(start, needed, MADV_HUGEPAGE);
    }
    return new Block(start + stagger, bytes, start, null);
  }

  private static long map(long bytes) {
    try {
      return (long)
          Objects.requireNonNull(MMAP)
              .invokeExact(0L, bytes, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
    } catch (Throwable e) {
      throw new AssertionError("mmap cannot throw", e);
    }
  }

  private static void unmap(long address, long bytes) {
    if (bytes == 0) {
      return;
    }
    try {
      int ignored = (int) Objects.requireNonNull(MUNMAP).invokeExact(address, bytes);
    } catch (Throwable e) {
      throw new AssertionError("munmap cannot throw", e);
    }
  }

  /** A hint: a kernel that does not know it says no, and nothing is lost. */
  private static void advise(long address, long bytes, int advice) {
    if (MADVISE == null) {
      return;
    }
    try {
      int ignored = (int) MADVISE.invokeExact(address, bytes, advice);
    } catch (Throwable e) {
      throw new AssertionError("madvise cannot throw", e);
    }
  }

  private static long alignment(long bytes) {
    return bytes >= HUGE_PAGE ? HUGE_PAGE : 4096;
  }

  private static OffHeapBudgetException refused(long bytes) {
    return new OffHeapBudgetException(
        "the operating system refused "
            + Budget.format(bytes)
            + " of memory; use smaller batches or close other programs");
  }

  private static @Nullable MethodHandle posix(
      String name, MemoryLayout result, MemoryLayout... arguments) {
    if ((!LINUX && !OS.startsWith("Mac")) || ADDRESS.byteSize() != 8) {
      return null;
    }
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find(name)
        .map(f -> linker.downcallHandle(f, FunctionDescriptor.of(result, arguments)))
        .orElse(null);
  }
}
