package dev.lanewise.internal.op;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.kernel.Functions;
import dev.lanewise.internal.kernel.MapLoop;
import dev.lanewise.internal.kernel.MatMulKernel;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.internal.kernel.ReduceLoop;
import dev.lanewise.internal.kernel.Reduction;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scaled dot-product attention (Vaswani et al. 2017) of a sequence on itself, for all heads: rows
 * [n, t, 3 e] of queries, keys and values, each of them the heads side by side, to [n, t, e].
 *
 * <pre>y = softmax(q k^T / sqrt(d)) v      for each head, d = e / heads</pre>
 *
 * <p>One head after the other passes through the cache: its probabilities are never stored, and the
 * gradient computes them again. Products follow gemm-v1, sums reduce-v1.
 *
 * @param heads a divisor of e
 * @param causal whether position i sees positions 0 to i only
 */
public record Attention(long heads, boolean causal) implements Op {
  private static final List<Expr> HIDDEN = List.of(Expr.constant(Double.NEGATIVE_INFINITY));
  private static final Expr X = Expr.input(0);
  private static final Expr Y = Expr.input(1);
  private static final Expr Z = Expr.input(2);
  private static final Expr SCALE = Expr.param(0);

  private static final Expr PRODUCT = X.mul(Y);
  private static final Expr QUOTIENT = X.div(Y);
  private static final Expr MASKED = X.add(Y);

  /** exp((score + mask - max) / sqrt(d)). */
  private static final Expr WEIGHT = Functions.EXP.of(MASKED.sub(Z).mul(SCALE));

  /** p (dp - sum(p dp)) / sqrt(d). */
  private static final Expr SLOPE = X.mul(Y.sub(Z)).mul(SCALE);

  /**
   * Rows that loops and products take together. Of causal rows they take what the last one sees:
   * beyond it all weights are zero, and as terms with finite numbers would change nothing but the
   * sign of a zero that underflowed.
   */
  private static final int ROWS = 16;

  /**
   * Columns of scores that products take together, of causal rows from the first one on that sees
   * them. Leaving out the rest takes 0.8 to 0.9 of the time at 64 positions and 0.56 at 1024,
   * forward and backward (measured); with 64 columns, or 32 rows, it is more up to 256.
   */
  private static final int COLUMNS = 2 * ROWS;

  /** Loops whose input 2, or 1, is one number for the whole row. */
  private static final long Z_IS_ONE = 0b100;

  private static final long Y_IS_ONE = 0b10;

  @Override
  public String name() {
    return "attention";
  }

  @Override
  public Shape shape(Shape... in) {
    Shape s = in[0];
    if (s.rank() != 3 || s.dim(2) % (3 * heads) != 0 || s.dim(1) > Reduction.BLOCK) {
      throw new ShapeException(
          "attention: expected [n, t, 3 e] with e a multiple of %d and t at most %d, found %s"
              .formatted(heads, Reduction.BLOCK, s));
    }
    return s.with(2, s.dim(2) / 3);
  }

  @Override
  public void forward(Exec exec, Tensor[] in, Tensor out) {
    Heads all = new Heads(exec, in[0], 1);
    long y = out.address();
    all.forEach(
        (head, scratch) -> {
          head.probabilities(scratch);
          long to = y + head.at(1) * all.bytes;
          head.product(false, scratch.first, head.part(2), 3 * all.e, to, all.e);
        });
  }

  @Override
  public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
    if (g.isRecorded()) {
      return List.of(new AttentionRule(this).pull(in[0], g));
    }
    return List.of(new Pull(new Backward(), in[0], g));
  }

  double scale(Shape s) {
    return 1 / Math.sqrt((double) s.dim(2) / (3 * heads));
  }

  /** (rows, g) to the gradient by the rows. */
  private final class Backward implements Op.Constant {
    @Override
    public String name() {
      return "attention'";
    }

    @Override
    public Shape shape(Shape... in) {
      return in[0];
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      Heads all = new Heads(exec, in[0], 2);
      long g = exec.contiguous(in[1]).address();
      long e = all.e;
      all.forEach(
          (head, scratch) -> {
            long p = scratch.first;
            long slope = scratch.second;
            long gHead = g + head.at(1) * all.bytes;
            long to = out.address() + head.at(3) * all.bytes;
            head.probabilities(scratch);
            head.scores(gHead, e, head.part(2), slope);
            head.product(true, p, gHead, e, to + 2 * e * all.bytes, 3 * e);
            head.slopes(scratch);
            head.product(false, slope, head.part(1), 3 * e, to, 3 * e);
            head.product(true, slope, head.part(0), 3 * e, to + e * all.bytes, 3 * e);
          });
    }
  }

  /**
   * Scratch memory of one task: matrices [t, t], lanes of reductions and values of rows, a
   * product's workspace.
   */
  private record Scratch(
      long first, long second, long lanes, long values, long workspace, long[] at) {}

  /** What is done with a head. */
  @FunctionalInterface
  private interface Work {
    void run(Heads.Head head, Scratch scratch);
  }

  /** The heads of a batch and the loops they need. */
  private final class Heads {
    private final Exec exec;
    private final Tensor rows;
    private final int matrices;
    private final long n;
    private final int t;
    private final long e;
    private final int d;
    private final int bytes;
    private final Precision precision;
    private final MatMulKernel gemm;
    private final ReduceLoop max;
    private final ReduceLoop sum;
    private final ReduceLoop dot;
    private final MapLoop weigh;
    private final MapLoop divide;
    private final MapLoop slope;
    private final double[] scale;

    /** What is added to the scores: a row for all positions, or one for each. */
    private final long mask;

    /** From row to row in bytes: of a matrix, and of the operands of the loops. */
    private final long step;

    private final long[] masked;
    private final long[] divided;
    private final long[] sloped;

    Heads(Exec exec, Tensor in, int matrices) {
      this.exec = exec;
      this.matrices = matrices;
      rows = exec.contiguous(in);
      Shape s = in.shape();
      n = s.dim(0);
      t = Math.toIntExact(s.dim(1));
      e = s.dim(2) / 3;
      d = Math.toIntExact(e / heads);
      precision = Ops.precision(in.dtype());
      bytes = precision.bytes();
      gemm = exec.kernels().matmul(precision);
      max = exec.kernels().reduce(precision, Reduction.MAX, MASKED);
      sum = exec.kernels().reduce(precision, Reduction.SUM, X);
      dot = exec.kernels().reduce(precision, Reduction.SUM, PRODUCT);
      weigh = exec.kernels().map(precision, Z_IS_ONE, List.of(WEIGHT));
      divide = exec.kernels().map(precision, Y_IS_ONE, List.of(QUOTIENT));
      slope = exec.kernels().map(precision, Z_IS_ONE, List.of(SLOPE));
      scale = new double[] {scale(s)};
      step = (long) t * bytes;
      mask = mask().address();
      masked = new long[] {step, causal ? step : 0, bytes, step};
      divided = new long[] {step, bytes, step};
      sloped = new long[] {step, step, bytes, step};
    }

    private Tensor mask() {
      Tensor zeros = exec.scope().zeros(rows.dtype(), Shape.of(causal ? t : 1, t));
      if (causal) {
        MapLoop hide = exec.kernels().map(precision, 0, HIDDEN);
        for (int i = 0; i < t; i++) {
          hide.run(new long[] {zeros.address() + i * step}, scale, i + 1, t - i - 1);
        }
      }
      return zeros;
    }

    void forEach(Work work) {
      long matrix = ((long) t * t * bytes + 63) / 64 * 64;
      long workspace =
          Math.max(
              gemm.workspaceBytes(false, true, t, t, d),
              Math.max(
                  gemm.workspaceBytes(false, false, t, d, t),
                  gemm.workspaceBytes(true, false, t, d, t)));
      long values = (long) ROWS * bytes;
      long stride = matrices * matrix + Reduction.LANES_BYTES + values + (workspace + 63) / 64 * 64;
      long all = n * heads;
      long perTask = Math.max(1, Math.max(Exec.GRAIN / 2 / Math.max(1, (long) t * t), all / 32));
      int tasks = Math.toIntExact((all + perTask - 1) / perTask);
      long memory = exec.allocate(DType.U8, Shape.of(tasks * stride)).address();
      exec.parallel()
          .run(
              tasks,
              task -> {
                long first = memory + task * stride;
                long lanes = first + matrices * matrix;
                Scratch scratch =
                    new Scratch(
                        first,
                        first + (matrices - 1) * matrix,
                        lanes,
                        lanes + Reduction.LANES_BYTES,
                        lanes + Reduction.LANES_BYTES + values,
                        new long[4]);
                long end = Math.min(all, (task + 1) * perTask);
                for (long i = task * perTask; i < end; i++) {
                  work.run(new Head(i / heads, i % heads, scratch.workspace), scratch);
                }
              });
    }

    /** One head of one sequence. */
    private final class Head {
      private final long sequence;
      private final long head;
      private final long workspace;

      Head(long sequence, long head, long workspace) {
        this.sequence = sequence;
        this.head = head;
        this.workspace = workspace;
      }

      /** The element where it begins in rows of {@code parts} e. */
      long at(int parts) {
        return sequence * t * parts * e + head * d;
      }

      /** The address of its queries, keys or values. */
      long part(int index) {
        return rows.address() + (at(3) + index * e) * bytes;
      }

      /**
       * [t, d] = op(a) b with a [t, t]; if causal, column i of it is seen by rows from i on only.
       */
      void product(boolean transA, long a, long b, long ldb, long c, long ldc) {
        int most = causal ? ROWS : t;
        for (int i = 0; i < t; i += most) {
          int rows = Math.min(most, t - i);
          int from = transA ? i : 0;
          int count = transA ? t - i : seen(i, rows);
          gemm.gemm(
              transA,
              false,
              rows,
              d,
              count,
              1,
              a + i * step + (long) from * bytes,
              t,
              b + from * ldb * bytes,
              ldb,
              0,
              c + i * ldc * bytes,
              ldc,
              workspace);
        }
      }

      /**
       * [t, t] = a b^T with keys or values b; if causal, columns from j on by rows from j on only.
       */
      void scores(long a, long lda, long b, long c) {
        int most = causal ? COLUMNS : t;
        for (int j = 0; j < t; j += most) {
          gemm.gemm(
              false,
              true,
              t - j,
              Math.min(most, t - j),
              d,
              1,
              a + j * lda * bytes,
              lda,
              b + j * e * 3 * bytes,
              3 * e,
              0,
              c + j * step + (long) j * bytes,
              t,
              workspace);
        }
      }

      /** How many positions the {@code rows} rows from {@code i} see at most. */
      private int seen(int i, int rows) {
        return causal ? i + rows : t;
      }

      /** The probabilities, into the first matrix. */
      void probabilities(Scratch scratch) {
        scores(part(0), 3 * e, part(1), scratch.first);
        long value = scratch.values;
        long[] at = scratch.at;
        for (int i = 0; i < t; i += ROWS) {
          int rows = Math.min(ROWS, t - i);
          int seen = seen(i, rows);
          long row = i * step;
          at[0] = scratch.first + row;
          at[1] = mask + (causal ? row : 0);
          at[2] = value;
          at[3] = at[0];
          max.run(at, masked, scale, 0, seen, rows, scratch.lanes, value);
          weigh.run(at, masked, scale, 0, seen, rows);
          sum.run(at, masked, scale, 0, seen, rows, scratch.lanes, value);
          at[1] = value;
          at[2] = at[0];
          divide.run(at, divided, scale, 0, seen, rows);
        }
      }

      /** From probabilities and their gradient in the second matrix to that of the scores. */
      void slopes(Scratch scratch) {
        long value = scratch.values;
        long[] at = scratch.at;
        for (int i = 0; i < t; i += ROWS) {
          int rows = Math.min(ROWS, t - i);
          int seen = seen(i, rows);
          long row = i * step;
          at[0] = scratch.first + row;
          at[1] = scratch.second + row;
          at[2] = value;
          at[3] = at[1];
          dot.run(at, sloped, scale, 0, seen, rows, scratch.lanes, value);
          slope.run(at, sloped, scale, 0, seen, rows);
        }
      }
    }
  }
}
