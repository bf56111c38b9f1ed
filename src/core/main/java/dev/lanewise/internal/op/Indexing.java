package dev.lanewise.internal.op;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.kernel.MapLoop;
import dev.lanewise.internal.kernel.Memory;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ops that choose elements by index along one axis (normalised), and ordered scans along it. */
public final class Indexing {
  private Indexing() {}

  /** A contiguous tensor as [outer, n, inner] around {@code axis}. */
  private record Around(long outer, long n, long inner) {
    static Around axis(Shape s, int axis) {
      long outer = 1;
      long inner = 1;
      for (int a = 0; a < s.rank(); a++) {
        outer *= a < axis ? s.dim(a) : 1;
        inner *= a > axis ? s.dim(a) : 1;
      }
      return new Around(outer, s.dim(axis), inner);
    }
  }

  private static long[] checked(String op, Tensor indices, Shape s, int axis) {
    long[] index = indices.toLongs();
    for (int j = 0; j < index.length; j++) {
      checked(op, index[j], j, s, axis);
    }
    return index;
  }

  private static long checked(String op, long index, long position, Shape s, int axis) {
    if (index < 0 || index >= s.dim(axis)) {
      throw new ShapeException(
          "%s: index %d at position %d is out of range for axis %d of %s"
              .formatted(op, index, position, axis, s));
    }
    return index;
  }

  /** out[o, j, i] = x[o, index[j], i]. */
  public record IndexSelect(int axis) implements Op {
    @Override
    public String name() {
      return "index_select";
    }

    @Override
    public DType dtype(DType... in) {
      Ops.index(name(), in[1]);
      return in[0];
    }

    @Override
    public Shape shape(Shape... in) {
      if (in[1].rank() != 1) {
        throw new ShapeException("index_select: indices must have one axis, found " + in[1]);
      }
      return in[0].with(in[0].axis(axis), in[1].dim(0));
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      Tensor x = in[0];
      long[] index = checked(name(), in[1], x.shape(), axis);
      if (axis == 0 && x.isContiguous()) {
        rows(exec, x, index, out);
        return;
      }
      for (int j = 0; j < index.length; j++) {
        out.slice(axis, j, j + 1).copyFrom(x.slice(axis, index[j], index[j] + 1));
      }
    }

    private static void rows(Exec exec, Tensor x, long[] index, Tensor out) {
      long elements = out.size() / Math.max(1, index.length);
      long bytes = elements * x.dtype().bytes();
      int piece = (int) Exec.piece(index.length, elements);
      exec.parallel()
          .run(
              (index.length + piece - 1) / piece,
              t -> {
                for (int j = t * piece; j < Math.min(index.length, (t + 1) * piece); j++) {
                  long from = x.address() + index[j] * bytes;
                  MemorySegment.copy(
                      Memory.ALL, from, Memory.ALL, out.address() + j * bytes, bytes);
                }
              });
    }

    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      return Arrays.asList(new Pull(new IndexAdd(axis, in[0].shape().dim(axis)), g, in[1]), null);
    }
  }

  /** The transpose of {@link IndexSelect}: out[o, index[j], i] += g[o, j, i], j ascending. */
  public record IndexAdd(int axis, long length) implements Op {
    private static final List<Expr> SUM = List.of(Expr.input(0).add(Expr.input(1)));
    private static final double[] NO_PARAMS = {};

    @Override
    public String name() {
      return "index_add";
    }

    @Override
    public DType dtype(DType... in) {
      return Ops.floating(name(), in[0]);
    }

    @Override
    public Shape shape(Shape... in) {
      return in[0].with(axis, length);
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      out.fill(0);
      long[] index = checked(name(), in[1], out.shape(), axis);
      Precision p = Ops.precision(out.dtype());
      MapLoop add = exec.kernels().map(p, 0, SUM);
      Tensor g = exec.contiguous(in[0]);
      Around to = Around.axis(out.shape(), axis);
      long row = to.inner * p.bytes();
      long strip = Exec.strip(to.inner, to.outer * index.length);
      exec.parallel()
          .run(
              Math.toIntExact((to.inner + strip - 1) / strip),
              t -> {
                long[] at = new long[3];
                long first = t * strip;
                int n = (int) Math.min(strip, to.inner - first);
                for (long o = 0; o < to.outer; o++) {
                  for (int j = 0; j < index.length; j++) {
                    at[0] = out.address() + (o * to.n + index[j]) * row;
                    at[1] = g.address() + (o * index.length + j) * row;
                    at[2] = at[0];
                    add.run(at, NO_PARAMS, first, n);
                  }
                }
              });
    }

    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      return Arrays.asList(new Pull(new IndexSelect(axis), g, in[1]), null);
    }
  }

  /** out[o, j, i] = x[o, index[o, j, i], i]; the index has the shape of the result. */
  public record Gather(int axis) implements Op {
    @Override
    public String name() {
      return "gather";
    }

    @Override
    public DType dtype(DType... in) {
      Ops.index(name(), in[1]);
      return Ops.floating(name(), in[0]);
    }

    @Override
    public Shape shape(Shape... in) {
      int a = in[0].axis(axis);
      if (in[1].rank() != in[0].rank() || !in[1].with(a, 1).equals(in[0].with(a, 1))) {
        throw new ShapeException(
            "gather: indices %s must match %s outside axis %d".formatted(in[1], in[0], axis));
      }
      return in[1];
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      Precision p = Ops.precision(out.dtype());
      Tensor x = exec.contiguous(in[0]);
      forEach(
          name(),
          in[1],
          x.shape(),
          axis,
          (at, from) ->
              Memory.put(
                  p,
                  out.address() + at * p.bytes(),
                  Memory.get(p, x.address() + from * p.bytes())));
    }

    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      return Arrays.asList(new Pull(new ScatterAdd(axis, in[0].shape().dim(axis)), g, in[1]), null);
    }
  }

  /** The transpose of {@link Gather}: out[o, index[o, j, i], i] += g[o, j, i]. */
  public record ScatterAdd(int axis, long length) implements Op {
    @Override
    public String name() {
      return "scatter_add";
    }

    @Override
    public DType dtype(DType... in) {
      return Ops.floating(name(), in[0]);
    }

    @Override
    public Shape shape(Shape... in) {
      return in[0].with(axis, length);
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      out.fill(0);
      Precision p = Ops.precision(out.dtype());
      Tensor g = exec.contiguous(in[0]);
      forEach(
          name(),
          in[1],
          out.shape(),
          axis,
          (from, to) -> {
            long at = out.address() + to * p.bytes();
            double value = Memory.get(p, g.address() + from * p.bytes());
            Memory.put(p, at, Memory.get(p, at) + value);
          });
    }

    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      return Arrays.asList(new Pull(new Gather(axis), g, in[1]), null);
    }
  }

  @FunctionalInterface
  private interface Pair {
    void visit(long dense, long indexed);
  }

  /** Visits (position in the index, position in {@code whole} that it names), in order. */
  private static void forEach(String op, Tensor index, Shape whole, int axis, Pair pair) {
    long[] values = index.toLongs();
    Around a = Around.axis(index.shape(), axis);
    for (int at = 0; at < values.length; at++) {
      long outer = at / (a.n * a.inner);
      long i = at % a.inner;
      long chosen = checked(op, values[at], at, whole, axis);
      pair.visit(at, (outer * whole.dim(axis) + chosen) * a.inner + i);
    }
  }

  /** The index of the largest (or smallest) element; NaN wins, ties go to the lowest index. */
  public record ArgExtreme(int axis, boolean keepdim, boolean largest) implements Op.Constant {
    @Override
    public String name() {
      return largest ? "argmax" : "argmin";
    }

    @Override
    public DType dtype(DType... in) {
      Ops.floating(name(), in[0]);
      return DType.I32;
    }

    @Override
    public Shape shape(Shape... in) {
      long n = in[0].dim(axis);
      if (n == 0) {
        throw new ShapeException(name() + ": axis " + axis + " of " + in[0] + " is empty");
      }
      if (n > Integer.MAX_VALUE) {
        throw new ShapeException(
            "%s: axis %d of %s has more elements than I32 has indices"
                .formatted(name(), axis, in[0]));
      }
      return Ops.reduced(in[0], new int[] {axis}, keepdim);
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      Tensor x = exec.contiguous(in[0]);
      Precision p = Ops.precision(x.dtype());
      Around a = Around.axis(x.shape(), axis);
      for (long o = 0; o < a.outer; o++) {
        for (long i = 0; i < a.inner; i++) {
          int best = 0;
          double bestValue = Double.NaN;
          for (int j = 0; j < a.n; j++) {
            double v = Memory.get(p, x.address() + ((o * a.n + j) * a.inner + i) * p.bytes());
            if (j == 0 || beats(v, bestValue)) {
              best = j;
              bestValue = v;
            }
          }
          long at = out.address() + (o * a.inner + i) * Integer.BYTES;
          Memory.ALL.set(ValueLayout.JAVA_INT_UNALIGNED, at, best);
        }
      }
    }

    private boolean beats(double v, double best) {
      return !Double.isNaN(best) && (Double.isNaN(v) || (largest ? v > best : v < best));
    }
  }

  /**
   * Running sums along an axis, each one chain in binary64 that is rounded where it is stored;
   * {@code reverse} starts at the end.
   */
  public record CumSum(int axis, boolean reverse) implements Op {
    @Override
    public String name() {
      return "cumsum";
    }

    @Override
    public Shape shape(Shape... in) {
      return in[0];
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      Tensor x = exec.contiguous(in[0]);
      Precision p = Ops.precision(x.dtype());
      Around a = Around.axis(x.shape(), axis);
      for (long o = 0; o < a.outer; o++) {
        for (long i = 0; i < a.inner; i++) {
          double sum = -0.0;
          for (long j = 0; j < a.n; j++) {
            long row = reverse ? a.n - 1 - j : j;
            long at = ((o * a.n + row) * a.inner + i) * p.bytes();
            sum += Memory.get(p, x.address() + at);
            Memory.put(p, out.address() + at, sum);
          }
        }
      }
    }

    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      return List.of(new Pull(new CumSum(axis, !reverse), g));
    }
  }
}
