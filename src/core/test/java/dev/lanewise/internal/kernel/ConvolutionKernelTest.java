package dev.lanewise.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Convolution's vector kernels do what the scalar ones do, to the bit. */
final class ConvolutionKernelTest {
  private static final int SPACE = 1 << 16;

  private static MemorySegment random(Arena arena, Precision p) {
    MemorySegment memory = arena.allocate(SPACE, 64);
    var random = new Random(5);
    for (long at = 0; at < SPACE; at += p.bytes()) {
      Memory.put(p, memory.address() + at, random.nextGaussian());
    }
    return memory;
  }

  private static byte[] bytes(MemorySegment memory) {
    return memory.toArray(ValueLayout.JAVA_BYTE);
  }

  private static int[] table(int n, int bytes, long seed) {
    return new Random(seed).ints(n, 0, 400).map(i -> i * bytes).toArray();
  }

  @ParameterizedTest
  @CsvSource({"6, 1, 0", "6, 2, 1", "12, 3, 9", "6, 7, 320", "24, 4, 321", "6, 9, 653"})
  void products(int m, int blocks, int k) {
    for (Precision p : Precision.values()) {
      int n = blocks * ConvolutionKernel.COLUMN_BYTES / p.bytes();
      for (Start start : Start.values()) {
        byte[] expected = products(Kernels.scalar(), p, m, n, k, start);
        assertThat(products(Kernels.vector(), p, m, n, k, start))
            .as("%s, start %s", p, start)
            .isEqualTo(expected);
      }
    }
  }

  /** Where sums begin. */
  private enum Start {
    C,
    VALUES_OF_ROWS,
    VALUES_OF_COLUMNS
  }

  private static byte[] products(Kernels kernels, Precision p, int m, int n, int k, Start from) {
    try (Arena arena = Arena.ofConfined()) {
      long a = random(arena, p).address();
      boolean byColumn = from == Start.VALUES_OF_COLUMNS;
      long startRow = byColumn ? 0 : ConvolutionKernel.START_BYTES;
      MemorySegment start = arena.allocate(SPACE, 64);
      for (long at = 0; at < start.byteSize(); at += p.bytes()) {
        long value = byColumn ? at : at / startRow;
        Memory.put(p, start.address() + at, value / 3.0);
      }
      MemorySegment c = random(arena, p);
      kernels
          .convolution(p)
          .multiply(
              m,
              n,
              k,
              a,
              table(m, p.bytes(), 1),
              table(2 * k, p.bytes(), 2),
              a,
              from == Start.C ? 0 : start.address(),
              startRow,
              byColumn ? p.bytes() : 0,
              c.address(),
              (long) n * p.bytes());
      return bytes(c);
    }
  }

  /** Wide rows to dense ones, as results are copied: nothing else changes. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 14, 16, 28, 33})
  void copiesToDenseRows(int n) {
    for (Precision p : Precision.values()) {
      byte[][] found = new byte[2][];
      for (int i = 0; i < 2; i++) {
        Kernels kernels = i == 0 ? Kernels.scalar() : Kernels.vector();
        try (Arena arena = Arena.ofConfined()) {
          long from = random(arena, p).address();
          MemorySegment to = arena.allocate(SPACE, 64).fill((byte) 7);
          long row = (long) n * p.bytes();
          kernels
              .convolution(p)
              .copy(3, 5, n, from, 40L * row, 2 * row, to.address() + 64, 5 * row, row);
          found[i] = bytes(to);
        }
      }
      assertThat(found[1]).as("%s", p).isEqualTo(found[0]);
    }
  }

  /** Dense rows between zeros, as images are padded: the zeros stay. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 14, 16, 28, 33})
  void copiesToPaddedRows(int n) {
    for (Precision p : Precision.values()) {
      byte[][] found = new byte[2][];
      for (int i = 0; i < 2; i++) {
        Kernels kernels = i == 0 ? Kernels.scalar() : Kernels.vector();
        try (Arena arena = Arena.ofConfined()) {
          long from = random(arena, p).address();
          MemorySegment to = arena.allocate(SPACE, 64);
          long row = (long) n * p.bytes();
          long wide = row + 2L * p.bytes();
          long at = to.address() + wide + p.bytes();
          kernels.convolution(p).copy(3, 5, n, from, 5 * row, row, at, 7 * wide, wide);
          found[i] = bytes(to);
        }
      }
      assertThat(found[1]).as("%s", p).isEqualTo(found[0]);
    }
  }

  @ParameterizedTest
  @CsvSource({"32, 1", "32, 15", "32, 50", "16, 16", "49, 64", "7, 33", "50, 9", "1, 1"})
  void transposes(int rows, int columns) {
    for (Precision p : Precision.values()) {
      byte[][] found = new byte[2][];
      for (int i = 0; i < 2; i++) {
        Kernels kernels = i == 0 ? Kernels.scalar() : Kernels.vector();
        try (Arena arena = Arena.ofConfined()) {
          long from = random(arena, p).address();
          MemorySegment to = arena.allocate(SPACE, 64);
          long fromRow = (columns + 7L) * p.bytes();
          long toRow = (rows + 3L) * p.bytes();
          kernels.convolution(p).transpose(rows, columns, from, fromRow, to.address(), toRow);
          found[i] = bytes(to);
        }
      }
      assertThat(found[1]).as("%s", p).isEqualTo(found[0]);
    }
  }
}
