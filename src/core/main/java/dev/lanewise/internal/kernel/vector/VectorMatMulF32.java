package dev.lanewise.internal.kernel.vector;

import dev.lanewise.internal.kernel.Lanes;
import dev.lanewise.internal.kernel.MatMulKernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.VectorSpecies;

/**
 * gemm-v1 with lanes along N. M is cut into blocks whose part of A stays in the second-level cache,
 * K into panels, N into panels of B of one to four vectors, which {@link MatMulTilesF32}
 * multiplies; those that several blocks multiply into C are packed once. Between K panels the
 * accumulators rest in C, or in the workspace where C must not be touched yet: when its old value
 * is still wanted (D is C) and for the last columns, fewer than the lanes. Tiles add D as they
 * store, where neither factor is more than a switch. Those last columns of many rows are computed
 * as rows of the transposed product, by lanes along M.
 */
// generates: F64
public final class VectorMatMulF32 implements MatMulKernel {

  /** Bytes of one row of a panel of B, at most. */
  private static final long PANEL_ROW = (long) MatMulTilesF32.WIDEST * Lanes.BYTES;

  /**
   * Steps of K that a panel of columns takes, panel by panel of K, before the next columns and then
   * the next rows have their turn: their part of C stays in the cache for so long. Measured with
   * 512-bit vectors, 1000 to 2048 square: as fast as with one panel or up to 8 % faster, in F64 up
   * to 12 %.
   */
  private static final int DEEPEST = 512;

  /** Bytes of B in a panel that is to stay in a first-level cache ... */
  private static final int PANEL_BYTES = 32 << 10;

  /** ... which has to be so large that rows of A and C do not throw parts of it out in turn. */
  private static final int ROOMY_CACHE = 48 << 10;

  /** Elements of A in a block, which stays in the second-level cache. */
  private static final int ELEMENTS = 256 * DEEPEST;

  /** Rows of A in a block, at most, which bounds the accumulators where K is short. */
  private static final int MOST_ROWS = 1024;

  /**
   * Blocks of at least this many rows pay for a copy of a panel of B that could be read in place.
   * Measured with operands in the last-level cache, as they are in a training step: 128 rows and
   * more are as fast or up to 45 % faster, 96 as fast, 64 from 18 % slower to 25 % faster.
   */
  private static final int ROWS_TO_PACK = 96;

  private static final VectorSpecies<Float> SPECIES = Lanes.F32;
  private static final int LANES = SPECIES.length();

  /**
   * Up to this many last columns are computed by lanes along M where A has to be transposed for
   * that. Measured with 128 and 512 rows and 512 steps of K, shares of the time: 16 lanes of 512
   * bits 0.4 with one column, 0.65 with 8, 0.7 to 0.8 with 9 and 10, 0.85 to 1.04 with 11, 0.8 to
   * 0.9 with 12, up to 1.02 with 13 and 15; 8 lanes of 512 bits 0.8 to 0.95 with 2, 4 and 6; of 256
   * bits 0.8 with one column, 0.95 to 1.2 with more. Where A is stored transposed, 0.1 with one
   * column and 0.8 with 15.
   */
  private static final int MOST_SWAPPED = Lanes.BITS >= 512 ? 6 * LANES / 8 : LANES / 8;

  /** For fewer rows, A and B keep their places. */
  private static final int LEAST_SWAPPED_ROWS = 2 * LANES;

  /** For fewer steps of K, likewise: putting the columns into C takes longer than is saved. */
  private static final int LEAST_SWAPPED_STEPS = 32;

  /** Where accumulators start. */
  private static final long ZEROS = row(0f);

  /** What is added to them where nothing is: a sum of -0 and any number is that number. */
  private static final long NOTHING = row(-0f);

  /** Steps of K in a panel. */
  private final int depth;

  /**
   * Panels of K suit the first-level data cache, and change no bit. Measured with 512-bit vectors,
   * where 48 KiB hold a panel of 128 steps: 3 to 7 % faster than 256. Where 32 KiB do not, B comes
   * from the second level anyway, and 512 steps are 3 to 8 % faster than 128. Narrower vectors have
   * 512 steps in those {@link #PANEL_BYTES}; with a cache of as many, 256-bit vectors are up to 13
   * % faster by them than by 128 steps.
   *
   * @param firstLevelCache bytes
   */
  public VectorMatMulF32(int firstLevelCache) {
    depth = firstLevelCache < ROOMY_CACHE ? DEEPEST : (int) (PANEL_BYTES / PANEL_ROW);
  }

  /** The address of a row of a panel with the same value everywhere. */
  private static long row(float value) {
    MemorySegment row = Arena.global().allocate(PANEL_ROW, Lanes.BYTES);
    for (long at = 0; at < PANEL_ROW; at += Float.BYTES) {
      row.set(ValueLayout.JAVA_FLOAT, at, value);
    }
    return row.address();
  }

  @Override
  public void gemm(
      boolean transA,
      boolean transB,
      int m,
      int n,
      int k,
      double alpha,
      long a,
      long lda,
      long b,
      long ldb,
      double beta,
      long d,
      long ldd,
      long c,
      long ldc,
      long workspace) {
    float scale = (float) alpha;
    float keep = (float) beta;
    int steps = scale == 0 ? 0 : k;
    if (!swaps(transA, m, n, steps)) {
      product(transA, transB, m, n, steps, scale, a, lda, b, ldb, keep, d, ldd, c, ldc, workspace);
      return;
    }
    int rest = n % LANES;
    product(transA, transB, m, n - rest, k, scale, a, lda, b, ldb, keep, d, ldd, c, ldc, workspace);
    long j = (n - rest) * (long) Float.BYTES;
    lastColumns(
        transA,
        transB,
        m,
        rest,
        k,
        scale,
        a,
        lda,
        b + (transB ? j * ldb : j),
        ldb,
        keep,
        d + j,
        ldd,
        c + j,
        ldc,
        workspace);
  }

  /** The product, by lanes along N. */
  private void product(
      boolean transA,
      boolean transB,
      int m,
      int n,
      int k,
      float scale,
      long a,
      long lda,
      long b,
      long ldb,
      float keep,
      long d,
      long ldd,
      long c,
      long ldc,
      long workspace) {
    long aRow = Float.BYTES * (transA ? 1 : lda);
    long aStep = Float.BYTES * (transA ? lda : 1);
    long dRow = Float.BYTES * ldd;
    long cRow = Float.BYTES * ldc;
    int blockRows = blockRows(k);
    long kept = m > blockRows ? accumulators(workspace, k) + accumulatorBytes(m) : 0;
    for (int q = 0; q == 0 || q < k; q += DEEPEST) {
      for (int i = 0; i < m; i += blockRows) {
        block(
            transB,
            Math.min(blockRows, m - i),
            n,
            k,
            q,
            scale,
            a + i * aRow,
            aRow,
            aStep,
            b,
            ldb * Float.BYTES,
            keep,
            d + i * dRow,
            dRow,
            c + i * cRow,
            cRow,
            kept,
            i > 0,
            workspace);
      }
    }
  }

  /**
   * Few columns, by lanes along M: A and B change places, and the rows of that product go to the
   * workspace and from there to the columns of C. Each element is the same chain as ever.
   */
  private void lastColumns(
      boolean transA,
      boolean transB,
      int m,
      int n,
      int k,
      float scale,
      long a,
      long lda,
      long b,
      long ldb,
      float keep,
      long d,
      long ldd,
      long c,
      long ldc,
      long workspace) {
    long aRow = Float.BYTES * (transA ? 1 : lda);
    long rest = workspace + swappedBytes(m);
    for (int i = 0; i < m; i += MOST_ROWS) {
      int rows = Math.min(MOST_ROWS, m - i);
      long at = a + i * aRow;
      product(
          !transB, !transA, n, rows, k, 1, b, ldb, at, lda, 0, workspace, rows, workspace, rows,
          rest);
      for (int j = 0; j < n; j++) {
        long column = workspace + (long) j * rows * Float.BYTES;
        long to = ((long) i * ldc + j) * Float.BYTES;
        long old = ((long) i * ldd + j) * Float.BYTES;
        MatMulFinishF32.column(
            rows, scale, column, keep, d + old, ldd * Float.BYTES, c + to, ldc * Float.BYTES);
      }
    }
  }

  /**
   * Whether the last columns, fewer than the lanes, are multiplied by lanes along M. Where A need
   * not be transposed, that saves the work of the lanes they leave idle in each step of K, and
   * costs a scalar store for each element.
   */
  private static boolean swaps(boolean transA, int m, int n, int k) {
    int rest = n % LANES;
    if (rest == 0 || m < LEAST_SWAPPED_ROWS || k < LEAST_SWAPPED_STEPS) {
      return false;
    }
    return transA ? (long) k * (LANES - rest) >= (long) LANES * rest : rest <= MOST_SWAPPED;
  }

  @Override
  public long workspaceBytes(boolean transA, boolean transB, int m, int n, int k) {
    long bytes = accumulators(0, k) + accumulatorBytes(m);
    return m > blockRows(k) ? bytes + (long) Math.min(k, DEEPEST) * n * Float.BYTES : bytes;
  }

  /** The most that a block of m rows, or of as many with smaller k, may have. */
  private static long accumulatorBytes(int m) {
    return Math.min(m, MOST_ROWS) * PANEL_ROW;
  }

  /**
   * Bytes of the transposed product of the last columns of m rows. Its own accumulators are at most
   * as many vectors as there are lanes, so that both take less than {@link #accumulatorBytes}.
   */
  private static long swappedBytes(int m) {
    return (long) Math.min(m, MOST_ROWS) * LANES * Float.BYTES;
  }

  /** Rows of A in a block. */
  private static int blockRows(int k) {
    return Math.min(MOST_ROWS, ELEMENTS / Math.clamp(k, 1, DEEPEST));
  }

  /**
   * The steps of K from q on, {@link #DEEPEST} at most, of one block of rows. Where accumulators
   * cannot rest in C, the last of these calls takes all steps.
   *
   * @param kept where panels of B stay for the blocks to come, or 0 if there are none
   * @param packed whether an earlier block has filled these panels
   */
  private void block(
      boolean transB,
      int rows,
      int n,
      int k,
      int q,
      float scale,
      long a,
      long aRow,
      long aStep,
      long b,
      long bRow,
      float keep,
      long d,
      long dRow,
      long c,
      long cRow,
      long kept,
      boolean packed,
      long workspace) {
    boolean adds = scale == 1 && keep == 1;
    int inPlace = k > 0 && (keep == 0 || d != c) ? n - n % LANES : 0;
    int end = Math.min(DEEPEST, k - q) + q;
    int firstRows = kept == 0 ? rows : blockRows(k); // all blocks choose the panels of the first
    int vectors;
    for (int j = 0; j < inPlace; j += vectors * LANES) {
      vectors = MatMulTilesF32.width(firstRows, inPlace - j);
      int columns = vectors * LANES;
      long at = (long) j * Float.BYTES;
      long to = c + at;
      for (int p = q; p < end; p += depth) {
        boolean addsNow = adds && k - p <= depth;
        long tail = addsNow ? d + at : NOTHING;
        long tailRow = addsNow ? dRow : 0;
        long offset = Float.BYTES * ((end - q) * (long) j + (p - q) * (long) columns);
        long panel = kept == 0 ? workspace : kept + offset;
        multiply(
            transB, vectors, rows, columns, k, a, aRow, aStep, b, bRow, p, j, tail, tailRow, to,
            cRow, panel, packed);
      }
    }
    if (end < k) {
      return;
    }
    if (!adds && (scale != 1 || keep != 0) && inPlace > 0) {
      MatMulFinishF32.rows(rows, inPlace, scale, c, cRow, keep, d, dRow, c, cRow);
    }
    long acc = accumulators(workspace, k);
    for (int j = inPlace; j < n; j += vectors * LANES) {
      vectors = MatMulTilesF32.width(rows, n - j);
      int columns = Math.min(vectors * LANES, n - j);
      long accRow = vectors * (long) Lanes.BYTES;
      long at = (long) j * Float.BYTES;
      for (int p = 0; p < k; p += depth) {
        multiply(
            transB, vectors, rows, columns, k, a, aRow, aStep, b, bRow, p, j, NOTHING, 0, acc,
            accRow, workspace, false);
      }
      if (k == 0) {
        MatMulFinishF32.rows(rows, columns, scale, ZEROS, 0, keep, d + at, dRow, c + at, cRow);
      } else {
        MatMulFinishF32.rows(rows, columns, scale, acc, accRow, keep, d + at, dRow, c + at, cRow);
      }
    }
  }

  /**
   * Adds the products of the K panel at p and the column panel at j to accumulators, and then what
   * tail points to.
   *
   * @param panel where the panel of B is copied to, if it pays
   * @param packed whether it is there already
   */
  private void multiply(
      boolean transB,
      int vectors,
      int rows,
      int columns,
      int k,
      long a,
      long aRow,
      long aStep,
      long b,
      long bRow,
      int p,
      int j,
      long tail,
      long tailRow,
      long acc,
      long accRow,
      long panel,
      boolean packed) {
    int steps = Math.min(depth, k - p);
    int width = vectors * LANES;
    long from =
        b + (transB ? j * bRow + (long) p * Float.BYTES : p * bRow + (long) j * Float.BYTES);
    long fromRow = bRow;
    if (packed || transB || columns < width || rows >= ROWS_TO_PACK) {
      if (!packed) {
        if (transB) {
          MatMulPackF32.transposed(steps, columns, from, bRow, panel);
        } else {
          MatMulPackF32.rows(steps, columns, from, bRow, panel);
        }
      }
      from = panel;
      fromRow = (long) width * Float.BYTES;
    }
    long start = p == 0 ? ZEROS : acc;
    long startRow = p == 0 ? 0 : accRow;
    MatMulTilesF32.panel(
        vectors,
        rows,
        steps,
        a + p * aStep,
        aRow,
        aStep,
        from,
        fromRow,
        start,
        startRow,
        tail,
        tailRow,
        acc,
        accRow);
  }

  /**
   * Address of the accumulators in the workspace. They follow a panel of B, and panels that are
   * kept follow them. While the last columns are computed, all these follow the rows of the
   * transposed product.
   */
  private long accumulators(long workspace, int k) {
    return workspace + Math.min(k, depth) * PANEL_ROW;
  }
}
