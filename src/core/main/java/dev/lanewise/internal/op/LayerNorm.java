package dev.lanewise.internal.op;

import static dev.lanewise.internal.op.ElementwiseTable.MUL;
import static dev.lanewise.internal.op.ElementwiseTable.SUB;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.kernel.MapLoop;
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
 * Layer normalization (Ba et al. 2016) of rows [.., n] of at most {@value Reduction#BLOCK}
 * elements, with weight and bias [n], a row at a time while it is in the cache:
 *
 * <pre>
 * y  = z * weight + bias              with z = (x - mean x) / sqrt(mean((x - mean x)^2) + eps)
 * dx = (d - mean d - z mean(d z)) / sqrt(...)      with d = g * weight
 * dweight = sum of g z, dbias = sum of g
 * </pre>
 *
 * @param eps added to the variance
 */
public record LayerNorm(double eps) implements Op {
  private static final Expr X = Expr.input(0);
  private static final Expr Y = Expr.input(1);
  private static final Expr Z = Expr.input(2);

  // the statistics: one element per row
  private static final Expr MEAN = Expr.input(3);
  private static final Expr INVERSE_WIDTH = Expr.input(4);
  private static final Expr MEAN_D = Expr.input(5);
  private static final Expr MEAN_ALONG = Expr.input(6);
  private static final long STATISTICS = 0b1111000;

  private static final Expr STANDARDIZED = X.sub(MEAN).mul(INVERSE_WIDTH);
  private static final Expr SCALED = STANDARDIZED.mul(Y);
  private static final Expr NORMALIZED = SCALED.add(Z);
  private static final Expr SQUARED_DISTANCE = X.sub(MEAN).square();
  private static final Expr D = Y.mul(Z);
  private static final Expr D_ALONG = D.mul(STANDARDIZED);

  @Override
  public String name() {
    return "layer_norm";
  }

  @Override
  public Shape shape(Shape... in) {
    Shape x = in[0];
    if (x.rank() < 1 || x.dim(-1) < 1 || x.dim(-1) > Reduction.BLOCK) {
      throw new ShapeException(
          "layer_norm: expected rows of 1 to %d elements, found %s".formatted(Reduction.BLOCK, x));
    }
    Shape row = Shape.of(x.dim(-1));
    if (!in[1].equals(row) || !in[2].equals(row)) {
      throw new ShapeException(
          "layer_norm: weight %s and bias %s do not fit input %s".formatted(in[1], in[2], x));
    }
    return x;
  }

  @Override
  public void forward(Exec exec, Tensor[] in, Tensor out) {
    new Rows(exec, eps, in[0]).run(NORMALIZED, false, out, in[1], in[2]);
  }

  @Override
  public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
    if (g.isRecorded()) {
      return composed(in, g);
    }
    return List.of(
        new Pull(new ByInput(eps), in[0], in[1], g),
        new Pull(new Along(eps), in[0], g),
        new Pull(new Views.Identity(), g));
  }

  /** The same gradients in ops that can be differentiated again. */
  private List<@Nullable Pull> composed(Value[] in, Value g) {
    Value distance = in[0].apply(SUB, mean(in[0]));
    Value variance = mean(distance.apply(ElementwiseTable.SQUARE));
    Value width =
        variance.apply(ElementwiseTable.ADD_SCALAR.with(eps)).apply(ElementwiseTable.RSQRT);
    Value z = distance.apply(MUL, width);
    Value d = g.apply(MUL, in[1]);
    Value along = z.apply(MUL, mean(d.apply(MUL, z)));
    return List.of(
        new Pull(MUL, d.apply(SUB, mean(d)).apply(SUB, along), width),
        new Pull(MUL, g, z),
        new Pull(new Views.Identity(), g));
  }

  private static Value mean(Value v) {
    Reduce sum = new Reduce(Reduction.SUM, List.of(v.shape().rank() - 1), true);
    return v.apply(sum).apply(ElementwiseTable.DIV_SCALAR.with(v.shape().dim(-1)));
  }

  /** (x, weight, g) to dx. */
  private record ByInput(double eps) implements Op.Constant {
    private static final Expr DX =
        D.sub(MEAN_D).sub(STANDARDIZED.mul(MEAN_ALONG)).mul(INVERSE_WIDTH);

    @Override
    public String name() {
      return "layer_norm'";
    }

    @Override
    public Shape shape(Shape... in) {
      return in[0];
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      new Rows(exec, eps, in[0]).run(DX, true, out, in[1], in[2]);
    }
  }

  /** (x, g) to g z. */
  private record Along(double eps) implements Op.Constant {
    @Override
    public String name() {
      return "layer_norm'weight";
    }

    @Override
    public Shape shape(Shape... in) {
      return in[0];
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      new Rows(exec, eps, in[0]).run(SCALED, false, out, in[1]);
    }
  }

  /** Rows and the loops that find their statistics. */
  private static final class Rows {

    /** The first statistic among the operands of the loops. */
    private static final int FIRST = 3;

    /** Blocks of rows per task. */
    private static final int BLOCKS = Exec.GRAIN / 2 / Reduction.BLOCK;

    /** From sums to means. */
    private static final Expr DIVIDED = X.div(Expr.param(0));

    /** From sums of squares to the inverse of the width. */
    private static final Expr INVERTED = Expr.ONE.div(DIVIDED.add(Expr.param(1)).sqrt());

    private final Exec exec;
    private final Tensor x;
    private final int n;
    private final Precision p;
    private final double[] params;

    /** In the order of the statistics: of x, of squares, of d, of d z. */
    private final ReduceLoop[] sums;

    private final MapLoop divide;
    private final MapLoop invert;

    Rows(Exec exec, double eps, Tensor in) {
      this.exec = exec;
      x = exec.contiguous(in);
      n = Math.toIntExact(in.shape().dim(-1));
      p = Ops.precision(in.dtype());
      params = new double[] {n, eps};
      sums =
          new ReduceLoop[] {
            sum(0, X), sum(STATISTICS, SQUARED_DISTANCE), sum(0, D), sum(STATISTICS, D_ALONG),
          };
      divide = exec.kernels().map(p, 0, List.of(DIVIDED));
      invert = exec.kernels().map(p, 0, List.of(INVERTED));
    }

    private ReduceLoop sum(long broadcast, Expr expression) {
      return exec.kernels().reduce(p, broadcast, Reduction.SUM, expression);
    }

    /**
     * Computes {@code expression} of x and {@code others} (each of one row for all, or like x),
     * with the row's mean, the inverse of its width and, if {@code slopes}, the means of d and d z.
     */
    void run(Expr expression, boolean slopes, Tensor out, Tensor... others) {
      MapLoop loop = exec.kernels().map(p, STATISTICS, List.of(expression));
      long row = (long) n * p.bytes();
      int statistics = slopes ? 4 : 2;
      int last = FIRST + statistics;
      long[] first = new long[last + 1];
      long[] step = new long[last + 1];
      first[0] = x.address();
      step[0] = row;
      first[last] = out.address();
      step[last] = row;
      for (int i = 0; i < others.length; i++) {
        first[i + 1] = exec.contiguous(others[i]).address();
        step[i + 1] = others[i].shape().rank() == 1 && x.shape().rank() > 1 ? 0 : row;
      }
      long rows = x.size() / n;
      int perBlock = Reduction.BLOCK / n; // a few rows, in the first-level cache from loop to loop
      long perTask = (long) perBlock * BLOCKS;
      int tasks = Math.toIntExact((rows + perTask - 1) / perTask);
      long[] toBlock = step.clone(); // statistics are those of one block
      Arrays.fill(step, FIRST, last, p.bytes());
      long scratchBytes = Reduction.LANES_BYTES + (long) statistics * perBlock * p.bytes();
      long scratch = exec.allocate(DType.U8, Shape.of(tasks * scratchBytes)).address();
      exec.parallel()
          .run(
              tasks,
              t -> {
                long lanes = scratch + t * scratchBytes;
                long[] start = first.clone();
                for (int s = 0; s < statistics; s++) {
                  start[FIRST + s] =
                      lanes + Reduction.LANES_BYTES + (long) s * perBlock * p.bytes();
                }
                long[] at = new long[start.length];
                long[] inPlace = new long[2];
                long end = Math.min(rows, (t + 1) * perTask);
                for (long r = t * perTask; r < end; r += perBlock) {
                  for (int i = 0; i < at.length; i++) {
                    at[i] = start[i] + r * toBlock[i];
                  }
                  int count = (int) Math.min(perBlock, end - r);
                  for (int s = 0; s < statistics; s++) {
                    Arrays.fill(inPlace, at[FIRST + s]);
                    sums[s].run(at, step, params, 0, n, count, lanes, inPlace[0]);
                    (s == 1 ? invert : divide).run(inPlace, params, 0, count);
                  }
                  loop.run(at, step, params, 0, n, count);
                }
              });
    }
  }
}
