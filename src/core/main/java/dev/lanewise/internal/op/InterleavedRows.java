package dev.lanewise.internal.op;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.kernel.MapLoop;
import dev.lanewise.internal.kernel.Memory;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.internal.kernel.Reduction;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;

/**
 * Reductions over the last axes of x[outer, rows, n] whose rows lie interleaved in memory, as
 * [outer, n, rows]: channels of images with channels last. By reduce-v1, without moving the
 * elements: each virtual lane is a line of memory that holds this lane of every row.
 */
final class InterleavedRows {
  /** Rows whose lanes stay in the cache. */
  private static final int MAX_ROWS = 1024;

  private static final double[] NO_PARAMS = {};

  private final Exec exec;
  private final Reduction reduction;
  private final Precision precision;
  private final Tensor x;
  private final int rows;
  private final int n;
  private final MapLoop join;

  /** Rows that are element {@code first - 1} of the shape; see {@link #suits}. */
  InterleavedRows(Exec exec, Reduction reduction, Tensor x, int first) {
    this.exec = exec;
    this.reduction = reduction;
    this.x = x;
    precision = Ops.precision(x.dtype());
    rows = Math.toIntExact(x.shape().dim(first - 1));
    int size = 1;
    for (int a = first; a < x.rank(); a++) {
      size *= Math.toIntExact(x.shape().dim(a));
    }
    n = size;
    join = exec.kernels().map(precision, 0, List.of(reduction.join(Expr.input(0), Expr.input(1))));
  }

  /** Whether axis {@code first - 1} lies innermost, those from {@code first} on around it. */
  static boolean suits(Tensor x, int first, long reduced) {
    int[] order = new int[x.rank()];
    for (int a = 0; a < order.length; a++) {
      order[a] = a < first - 1 ? a : a < order.length - 1 ? a + 1 : first - 1;
    }
    return reduced <= Reduction.BLOCK
        && x.shape().dim(first - 1) <= MAX_ROWS
        && x.permute(order).isContiguous();
  }

  void reduce(Tensor out) {
    long outer = out.size() / rows;
    long perTask = Exec.piece(outer, (long) rows * n);
    int tasks = (int) ((outer + perTask - 1) / perTask);
    int lanes = Reduction.lanes(precision);
    Tensor scratch = exec.allocate(x.dtype(), Shape.of(tasks, lanes, rows));
    exec.parallel()
        .run(
            tasks,
            t -> {
              Tensor own = scratch.select(0, t);
              for (long o = t * perTask; o < Math.min(outer, (t + 1) * perTask); o++) {
                reduce(o, own, out);
              }
            });
  }

  private void reduce(long index, Tensor lanes, Tensor out) {
    int bytes = precision.bytes();
    int line = Math.toIntExact(lanes.size());
    long from = x.address() + index * n * rows * bytes;
    long to = lanes.address();
    int elements = n * rows;
    int start = Math.min(line, elements);
    if (start < line) {
      lanes.fill(reduction.identity());
    }
    copy(from, to, start);
    int whole = elements / line;
    if (whole > 1) {
      long[] steps = {0, (long) line * bytes, 0};
      join.run(new long[] {to, from + steps[1], to}, steps, NO_PARAMS, 0, line, whole - 1);
    }
    if (whole > 0 && elements % line > 0) {
      long rest = from + (long) whole * line * bytes;
      join.run(new long[] {to, rest, to}, NO_PARAMS, 0, elements % line);
    }
    for (int half = line / 2; half >= rows; half /= 2) {
      join.run(new long[] {to, to + (long) half * bytes, to}, NO_PARAMS, 0, half);
    }
    copy(to, out.address() + index * rows * bytes, rows);
  }

  private void copy(long from, long to, int elements) {
    long size = (long) elements * precision.bytes();
    Memory.ALL.asSlice(to, size).copyFrom(Memory.ALL.asSlice(from, size));
  }
}
