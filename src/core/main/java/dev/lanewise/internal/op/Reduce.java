package dev.lanewise.internal.op;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.kernel.MapLoop;
import dev.lanewise.internal.kernel.Memory;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.internal.kernel.ReduceLoop;
import dev.lanewise.internal.kernel.Reduction;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reduction over axes. Runs of neighbouring elements follow reduce-v1; a reduction over outer
 * axes keeps one chain per output over {@value #ROWS} rows and joins the chains of such row blocks
 * by the fixed tree. Threads take whole outputs or whole blocks.
 *
 * @param reduction what joins
 * @param axes over which axes, normalised and ascending
 * @param keepdim whether they stay with length 1
 */
public record Reduce(Reduction reduction, List<Integer> axes, boolean keepdim) implements Op {

  /** Rows per chain of a column reduction. */
  private static final long ROWS = 64;

  private static final Expr X = Expr.input(0);

  /** Sums over {@code axes} of a tensor of {@code shape}; none given means all. */
  public static Reduce sum(Shape shape, boolean keepdim, int... axes) {
    return of(Reduction.SUM, shape, keepdim, axes);
  }

  /** Sums over {@code axes}, normalised and ascending, which stay with length 1. */
  public static Reduce sumKept(List<Integer> axes) {
    return new Reduce(Reduction.SUM, axes, true);
  }

  /** As {@link #sum}: the largest elements. */
  public static Reduce amax(Shape shape, boolean keepdim, int... axes) {
    return of(Reduction.MAX, shape, keepdim, axes);
  }

  /** As {@link #sum}: the smallest elements. */
  public static Reduce amin(Shape shape, boolean keepdim, int... axes) {
    return of(Reduction.MIN, shape, keepdim, axes);
  }

  private static Reduce of(Reduction reduction, Shape shape, boolean keepdim, int... axes) {
    int[] sorted = Ops.axes(nameOf(reduction), shape, axes);
    return new Reduce(reduction, Arrays.stream(sorted).boxed().toList(), keepdim);
  }

  @Override
  public String name() {
    return nameOf(reduction);
  }

  private static String nameOf(Reduction reduction) {
    return switch (reduction) {
      case SUM -> "sum";
      case MAX -> "amax";
      case MIN -> "amin";
    };
  }

  private int[] axisArray() {
    int[] result = new int[axes.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = axes.get(i);
    }
    return result;
  }

  @Override
  public Shape shape(Shape... in) {
    for (int axis : axes) {
      if (reduction != Reduction.SUM && in[0].dim(axis) == 0) {
        throw new ShapeException(name() + ": axis " + axis + " of " + in[0] + " is empty");
      }
    }
    return Ops.reduced(in[0], axisArray(), keepdim);
  }

  @Override
  public long flops(Shape out, Shape... in) {
    return in[0].size();
  }

  @Override
  public void forward(Exec exec, Tensor[] in, Tensor out) {
    Shape shape = in[0].shape();
    long reduced = 1;
    for (int axis : axes) {
      reduced *= shape.dim(axis);
    }
    if (out.size() == 0) {
      return;
    }
    if (reduced == 0) {
      out.fill(0);
      return;
    }
    if (axes.isEmpty()) {
      out.copyFrom(in[0].reshape(out.shape().dims()));
      return;
    }
    int first = axes.getFirst();
    int last = axes.getLast();
    Tensor x = in[0];
    long outer = 1;
    long inner = 1;
    if (last - first + 1 == axes.size()) {
      for (int a = 0; a < first; a++) {
        outer *= shape.dim(a);
      }
      for (int a = last + 1; a < shape.rank(); a++) {
        inner *= shape.dim(a);
      }
    } else {
      x = x.permute(reducedLast(shape.rank()));
      outer = out.size();
    }
    if (inner == 1 && first > 0 && !x.isContiguous() && InterleavedRows.suits(x, first, reduced)) {
      new InterleavedRows(exec, reduction, x, first).reduce(out);
      return;
    }
    x = exec.contiguous(x);
    if (inner == 1) {
      rows(exec, x, outer, reduced, out);
    } else {
      columns(exec, x, outer, reduced, inner, out);
    }
  }

  /** The permutation that moves the reduced axes to the end. */
  private int[] reducedLast(int rank) {
    int[] order = new int[rank];
    int n = 0;
    for (int a = 0; a < rank; a++) {
      if (!axes.contains(a)) {
        order[n++] = a;
      }
    }
    for (int axis : axes) {
      order[n++] = axis;
    }
    return order;
  }

  /** x[rows, n] to out[rows]. */
  private void rows(Exec exec, Tensor x, long rows, long n, Tensor out) {
    Precision p = Ops.precision(x.dtype());
    long bytes = p.bytes();
    long source = x.address();
    long target = out.address();
    ReduceLoop loop = exec.kernels().reduce(p, reduction, X);
    long[] step = {n * bytes};
    long blocks = (n + Reduction.BLOCK - 1) / Reduction.BLOCK;
    if (blocks == 1) {
      long rowsPerTask = Exec.piece(rows, n);
      int tasks = (int) ((rows + rowsPerTask - 1) / rowsPerTask);
      long lanes = exec.lanes(tasks);
      exec.parallel()
          .run(
              tasks,
              t -> {
                long row = t * rowsPerTask;
                int count = (int) Math.min(rowsPerTask, rows - row);
                long[] at = {source + row * step[0]};
                long scratch = lanes + (long) t * Reduction.LANES_BYTES;
                loop.run(at, step, NO_PARAMS, 0, (int) n, count, scratch, target + row * bytes);
              });
      return;
    }
    long blocksPerTask = Exec.GRAIN / Reduction.BLOCK;
    long tasksPerRow = (blocks + blocksPerTask - 1) / blocksPerTask;
    int tasks = Math.toIntExact(rows * tasksPerRow);
    long lanes = exec.lanes(tasks);
    long partials = exec.allocate(x.dtype(), Shape.of(rows * blocks)).address();
    exec.parallel()
        .run(
            tasks,
            t -> {
              long scratch = lanes + (long) t * Reduction.LANES_BYTES;
              long row = t / tasksPerRow;
              long[] at = {source + row * step[0]};
              long first = t % tasksPerRow * blocksPerTask;
              for (long b = first; b < Math.min(blocks, first + blocksPerTask); b++) {
                long from = b * Reduction.BLOCK;
                int length = (int) Math.min(Reduction.BLOCK, n - from);
                double value = loop.run(at, NO_PARAMS, from, length, scratch);
                Memory.put(p, partials + (row * blocks + b) * bytes, value);
              }
            });
    for (long row = 0; row < rows; row++) {
      long base = partials + row * blocks * bytes;
      Memory.put(
          p,
          target + row * bytes,
          reduction.tree(p, 0, blocks, b -> Memory.get(p, base + b * bytes)));
    }
  }

  /**
   * x[outer, n, inner] to out[outer, inner]. Tasks take groups of rows, whole if they are not long:
   * narrow strips of all rows take 1.4 to 2.5 times as long, and 2 to 7 times from the last-level
   * cache (768 rows of 128 and 512 elements, measured).
   */
  private void columns(Exec exec, Tensor x, long outer, long n, long inner, Tensor out) {
    MapLoop join =
        exec.kernels().map(Ops.precision(x.dtype()), 0, List.of(reduction.join(X, Expr.input(1))));
    long row = inner * x.dtype().bytes();
    long groups = (n + ROWS - 1) / ROWS;
    Tensor sums = groups == 1 ? out : exec.allocate(x.dtype(), Shape.of(outer, groups, inner));
    long[] step = {0, row, 0}; // from row to row: chain, row, chain
    forEach(
        exec,
        outer * groups,
        inner,
        Math.min(n, ROWS),
        (index, from, count) -> {
          long group = index % groups;
          long source = x.address() + (index / groups * n + group * ROWS) * row;
          long target = sums.address() + index * row;
          copy(source, target, from, count, x.dtype());
          int rows = (int) Math.min(ROWS, n - group * ROWS);
          if (rows > 1) {
            join.run(
                new long[] {target, source + row, target}, step, NO_PARAMS, from, count, rows - 1);
          }
        });
    if (groups == 1) {
      return;
    }
    forEach(
        exec,
        outer,
        inner,
        groups,
        (index, from, count) -> {
          long first = sums.address() + index * groups * row;
          joinTree(join, first, groups, row, from, count);
          copy(first, out.address() + index * row, from, count, x.dtype());
        });
  }

  /** Joins {@code count} rows into the first one by the tree. */
  private static void joinTree(MapLoop join, long first, long count, long row, long from, int n) {
    if (count == 1) {
      return;
    }
    long left = Long.highestOneBit(count - 1);
    long right = first + left * row;
    joinTree(join, first, left, row, from, n);
    joinTree(join, right, count - left, row, from, n);
    join.run(new long[] {first, right, first}, NO_PARAMS, from, n);
  }

  private static void copy(long source, long target, long from, int n, DType dtype) {
    long at = from * dtype.bytes();
    long bytes = (long) n * dtype.bytes();
    Memory.ALL.asSlice(target + at, bytes).copyFrom(Memory.ALL.asSlice(source + at, bytes));
  }

  /** What to do with columns {@code from} to {@code from + count} of the item {@code index}. */
  @FunctionalInterface
  private interface Strip {
    void run(long index, long from, int count);
  }

  /** Shares out items of {@code rows} times {@code inner} elements, in strips if those are many. */
  private static void forEach(Exec exec, long items, long inner, long rows, Strip work) {
    long width = Exec.strip(inner, rows);
    long strips = (inner + width - 1) / width;
    long perTask = Exec.piece(items * strips, rows * width);
    int tasks = Math.toIntExact((items * strips + perTask - 1) / perTask);
    exec.parallel()
        .run(
            tasks,
            t -> {
              for (long i = t * perTask; i < Math.min(items * strips, (t + 1) * perTask); i++) {
                long from = i % strips * width;
                work.run(i / strips, from, (int) Math.min(width, inner - from));
              }
            });
  }

  private static final double[] NO_PARAMS = {};

  @Override
  public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
    Shape whole = in[0].shape();
    Shape kept = Ops.reduced(whole, axisArray(), true);
    Value wide = g.apply(new Views.Reshape(kept));
    if (reduction == Reduction.SUM) {
      return List.of(new Pull(new Views.Expand(whole), wide));
    }
    // the elements that attain the extreme share the gradient evenly
    Value extreme = out.apply(new Views.Reshape(kept));
    Value attains = in[0].apply(ATTAINS, extreme);
    Value count = attains.apply(new Reduce(Reduction.SUM, axes, true));
    Value share = wide.apply(ElementwiseTable.DIV, count);
    return List.of(new Pull(ElementwiseTable.MUL, attains, share));
  }

  private static final Elementwise ATTAINS =
      new Elementwise("attains", X.ifEqual(Expr.input(1), Expr.ONE, Expr.ZERO));
}
