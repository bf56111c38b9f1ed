package dev.lanewise.internal.op;

import static dev.lanewise.internal.op.ElementwiseTable.DIV;
import static dev.lanewise.internal.op.ElementwiseTable.EXP;
import static dev.lanewise.internal.op.ElementwiseTable.LOG;
import static dev.lanewise.internal.op.ElementwiseTable.MUL;
import static dev.lanewise.internal.op.ElementwiseTable.SUB;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.kernel.Functions;
import dev.lanewise.internal.kernel.MapLoop;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.internal.kernel.ReduceLoop;
import dev.lanewise.internal.kernel.Reduction;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The softmax family along axes, shifted by the maximum so that nothing overflows:
 *
 * <pre>
 * softmax     = e / sum(e)          with e = exp(x - max x)
 * log_softmax = (x - max x) - log(sum(e))
 * logsumexp   = max x + log(sum(e))
 * </pre>
 */
public final class Softmax {
  private static final Expr X = Expr.input(0);
  private static final Expr Y = Expr.input(1);

  /** The maximum, but nothing where it is infinite: infinity - infinity would be NaN. */
  private static final Expr SHIFT =
      Y.abs().ifEqual(Expr.constant(Double.POSITIVE_INFINITY), Expr.ZERO, Y);

  private static final Elementwise EXP_SHIFTED =
      new Elementwise("exp_shifted", Functions.EXP.of(X.sub(SHIFT)));
  private static final Elementwise LOG_SHIFT =
      new Elementwise("log_shift", Functions.LOG.of(X).add(SHIFT));

  private Softmax() {}

  /** What the family shares: the maximum, the exponentials and their sum, axes kept. */
  record Parts(Tensor max, Tensor exp, Tensor sum) {
    static Parts of(Exec exec, Tensor x, List<Integer> axes) {
      int last = x.shape().rank() - 1;
      if (axes.equals(List.of(last)) && x.shape().dim(last) <= Reduction.BLOCK) {
        return rows(exec, exec.contiguous(x));
      }
      Tensor max = run(exec, new Reduce(Reduction.MAX, axes, true), x);
      Tensor e = run(exec, EXP_SHIFTED, x, max);
      return new Parts(max, e, run(exec, new Reduce(Reduction.SUM, axes, true), e));
    }

    /**
     * The same bits for rows of one block each, some rows at a time while they are in the cache.
     */
    private static Parts rows(Exec exec, Tensor x) {
      int n = (int) x.shape().dim(-1);
      long rows = x.size() / n;
      Precision p = Ops.precision(x.dtype());
      ReduceLoop max = exec.kernels().reduce(p, Reduction.MAX, X);
      MapLoop exp = exec.kernels().map(p, 2, List.of(EXP_SHIFTED.expression()));
      ReduceLoop sum = exec.kernels().reduce(p, Reduction.SUM, X);
      Shape kept = x.shape().with(x.shape().rank() - 1, 1);
      Parts parts =
          new Parts(
              exec.allocate(x.dtype(), kept),
              exec.allocate(x.dtype(), x.shape()),
              exec.allocate(x.dtype(), kept));
      long source = x.address();
      long exps = parts.exp.address();
      long maxima = parts.max.address();
      long sums = parts.sum.address();
      long[] step = {(long) n * p.bytes(), p.bytes(), (long) n * p.bytes()};
      long rowsPerTask = Math.max(1, Exec.GRAIN / 4 / n);
      int tasks = (int) ((rows + rowsPerTask - 1) / rowsPerTask);
      long lanes = exec.lanes(tasks);
      exec.parallel()
          .run(
              tasks,
              t -> {
                long scratch = lanes + (long) t * Reduction.LANES_BYTES;
                long row = t * rowsPerTask;
                int count = (int) Math.min(rowsPerTask, rows - row);
                long x0 = source + row * step[0];
                long max0 = maxima + row * step[1];
                long exp0 = exps + row * step[2];
                long[] at = {x0, max0, exp0};
                max.run(at, step, NO_PARAMS, 0, n, count, scratch, max0);
                exp.run(at, step, NO_PARAMS, 0, n, count);
                at[0] = exp0;
                sum.run(at, step, NO_PARAMS, 0, n, count, scratch, sums + row * step[1]);
              });
      return parts;
    }
  }

  private static final double[] NO_PARAMS = {};

  static Tensor run(Exec exec, Op op, Tensor... in) {
    Shape[] shapes = new Shape[in.length];
    for (int i = 0; i < in.length; i++) {
      shapes[i] = in[i].shape();
    }
    Tensor out = exec.allocate(in[0].dtype(), op.shape(shapes));
    op.forward(exec, in, out);
    return out;
  }

  /** softmax along one axis. */
  public record Probabilities(int axis) implements Op {
    @Override
    public String name() {
      return "softmax";
    }

    @Override
    public Shape shape(Shape... in) {
      int _ = in[0].axis(axis);
      return in[0];
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      if (out.size() > 0) {
        Parts parts = Parts.of(exec, in[0], List.of(axis));
        DIV.forward(exec, new Tensor[] {parts.exp, parts.sum}, out);
      }
    }

    /** y * (g - sum(g * y)). */
    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      Value sum = g.apply(MUL, out).apply(new Reduce(Reduction.SUM, List.of(axis), true));
      return List.of(new Pull(MUL, out, g.apply(SUB, sum)));
    }
  }

  /** log_softmax along one axis. */
  public record LogProbabilities(int axis) implements Op {
    @Override
    public String name() {
      return "log_softmax";
    }

    @Override
    public Shape shape(Shape... in) {
      int _ = in[0].axis(axis);
      return in[0];
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      if (out.size() > 0) {
        Parts parts = Parts.of(exec, in[0], List.of(axis));
        Tensor log = run(exec, LOG, parts.sum);
        Tensor shifted = run(exec, SUB, in[0], parts.max);
        SUB.forward(exec, new Tensor[] {shifted, log}, out);
      }
    }

    /** g - exp(y) * sum(g). */
    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      Value sum = g.apply(new Reduce(Reduction.SUM, List.of(axis), true));
      return List.of(new Pull(SUB, g, out.apply(EXP).apply(MUL, sum)));
    }
  }

  /** logsumexp over axes (normalised and ascending). */
  public record LogSumExp(List<Integer> axes, boolean keepdim) implements Op {
    @Override
    public String name() {
      return "logsumexp";
    }

    @Override
    public Shape shape(Shape... in) {
      return new Reduce(Reduction.MAX, axes, keepdim).shape(in);
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      Parts parts = Parts.of(exec, in[0], axes);
      Shape kept = parts.sum.shape();
      LOG_SHIFT.forward(exec, new Tensor[] {parts.sum, parts.max}, out.reshape(kept.dims()));
    }

    /** g * exp(x - y). */
    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      Shape kept = new Reduce(Reduction.MAX, axes, true).shape(in[0].shape());
      Value y = out.apply(new Views.Reshape(kept));
      Value wide = g.apply(new Views.Reshape(kept));
      return List.of(new Pull(MUL, in[0].apply(EXP_SHIFTED, y), wide));
    }
  }
}
