package dev.lanewise.internal.op;

import dev.lanewise.internal.kernel.Reduction;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code y[.., out] = x[.., in] w[out, in]^T + b[out]}: the bias is added to the product once, at
 * the end (gemm-v1 with beta = 1).
 */
public record Linear() implements Op {

  @Override
  public String name() {
    return "linear";
  }

  @Override
  public Shape shape(Shape... in) {
    Shape x = in[0];
    Shape w = in[1];
    if (x.rank() < 1 || w.rank() != 2 || x.dim(-1) != w.dim(1)) {
      throw new ShapeException(
          "linear: input %s does not fit weights [out, in] = %s".formatted(x, w));
    }
    if (in[2].rank() != 1 || in[2].dim(0) != w.dim(0)) {
      throw new ShapeException("linear: bias %s does not fit weights %s".formatted(in[2], w));
    }
    Shape out = x.with(x.rank() - 1, w.dim(0));
    MatMul.requireCountable(this, x, w, rows(out), w.dim(0), w.dim(1));
    return out;
  }

  @Override
  public long flops(Shape out, Shape... in) {
    return out.size() * (2 * in[1].dim(1) + 1);
  }

  @Override
  public void forward(Exec exec, Tensor[] in, Tensor out) {
    Tensor x = exec.contiguous(in[0]);
    long width = x.shape().dim(-1);
    long rows = rows(out.shape());
    MatMul.multiply(
        exec,
        x.reshape(rows, width),
        in[1].transpose(),
        exec.contiguous(in[2]),
        out.reshape(rows, in[1].shape().dim(0)));
  }

  private static long rows(Shape out) {
    return out.size() / Math.max(1, out.dim(-1));
  }

  @Override
  public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
    Shape x = in[0].shape();
    Value flatG = flat(g);
    Value flatX = flat(in[0]);
    Pull dx =
        x.rank() == 2
            ? new Pull(new MatMul(), g, in[1])
            : new Pull(new Views.Reshape(x), flatG.apply(new MatMul(), in[1]));
    return List.of(
        dx,
        new Pull(new MatMul(), MatMul.swapLast(flatG), flatX),
        new Pull(new Reduce(Reduction.SUM, List.of(0), false), flatG));
  }

  private static Value flat(Value v) {
    Shape s = v.shape();
    if (s.rank() == 2) {
      return v;
    }
    long width = s.dim(-1);
    return v.apply(new Views.Reshape(Shape.of(width == 0 ? 0 : s.size() / width, width)));
  }
}
