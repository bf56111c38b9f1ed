package dev.lanewise.internal.op;

import static dev.lanewise.internal.op.ElementwiseTable.MUL;
import static dev.lanewise.internal.op.ElementwiseTable.MUL_SCALAR;
import static dev.lanewise.internal.op.ElementwiseTable.SUB;

import dev.lanewise.internal.kernel.Reduction;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The gradient of {@link Attention} in ops that can be differentiated again. */
record AttentionRule(Attention attention) {

  /** The gradient by the rows [n, t, 3 e] for the gradient g [n, t, e] of the result. */
  Pull pull(Value rows, Value g) {
    Shape s = rows.shape();
    long heads = attention.heads();
    long e = s.dim(2) / 3;
    Value q = part(rows, 0, e);
    Value k = part(rows, 1, e);
    Value v = part(rows, 2, e);
    Elementwise scaled = MUL_SCALAR.with(attention.scale(s));
    Value scores = q.apply(new MatMul(), MatMul.swapLast(k)).apply(scaled);
    if (attention.causal()) {
      scores = scores.apply(new Triangle(Double.NEGATIVE_INFINITY));
    }
    Value p = scores.apply(new Softmax.Probabilities(3));
    Value gHeads = split(g, heads);
    Value dp = gHeads.apply(new MatMul(), MatMul.swapLast(v));
    Value sum = dp.apply(MUL, p).apply(new Reduce(Reduction.SUM, List.of(3), true));
    Value ds = dp.apply(SUB, sum).apply(MUL, p).apply(scaled);
    Value dq = ds.apply(new MatMul(), k);
    Value dk = MatMul.swapLast(ds).apply(new MatMul(), q);
    Value dv = MatMul.swapLast(p).apply(new MatMul(), gHeads);
    return new Pull(new Moves.Concat(2), join(dq), join(dk), join(dv));
  }

  private Value part(Value rows, long index, long e) {
    Shape s = rows.shape();
    Value part =
        rows.apply(
            new Views.Slice(
                List.of(0L, 0L, index * e), List.of(s.dim(0), s.dim(1), (index + 1) * e)));
    return split(part, attention.heads());
  }

  /** [n, t, e] to [n, heads, t, d]. */
  private static Value split(Value v, long heads) {
    Shape s = v.shape();
    return v.apply(new Views.Reshape(Shape.of(s.dim(0), s.dim(1), heads, s.dim(2) / heads)))
        .apply(new Views.Permute(List.of(0, 2, 1, 3)));
  }

  /** [n, heads, t, d] to [n, t, e]. */
  private static Value join(Value v) {
    Shape s = v.shape();
    return v.apply(new Views.Permute(List.of(0, 2, 1, 3)))
        .apply(new Views.Reshape(Shape.of(s.dim(0), s.dim(2), s.dim(1) * s.dim(3))));
  }

  /** Matrices with {@code above} in place of the elements above the diagonal. */
  private record Triangle(double above) implements Op {
    @Override
    public String name() {
      return "triangle";
    }

    @Override
    public Shape shape(Shape... in) {
      return in[0];
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      out.copyFrom(in[0]);
      long columns = out.shape().dim(-1);
      for (long i = 0; i + 1 < Math.min(columns, out.shape().dim(-2)); i++) {
        out.slice(-2, i, i + 1).slice(-1, i + 1, columns).fill(above);
      }
    }

    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      return List.of(new Pull(new Triangle(0), g));
    }
  }
}
