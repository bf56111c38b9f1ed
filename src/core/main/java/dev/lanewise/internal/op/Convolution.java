package dev.lanewise.internal.op;

import dev.lanewise.internal.kernel.Reduction;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Window;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Convolution of images with windows of stride 1 and its gradients, as products by gemm-v1 with the
 * images' patches, which are made only where outputs are few: images are copied with their padding,
 * and the products read them in place (see {@link PaddedImages}, {@link Correlation} and {@link
 * WeightGradient}).
 *
 * <pre>
 * y[n, o, i]     = bias[o] + sum over (c, ky, kx) of w[o, c, ky, kx] x[n, c, i + (ky, kx)]
 * dx[n, c, i]    = sum over (o, ky, kx) of the turned w[o, c, -ky, -kx] g[n, o, i + (ky, kx)]
 * dw[o, c, ky, kx] = sum over n and i of g[n, o, i] x[n, c, i + (ky, kx)]
 * </pre>
 *
 * <p>The sums run in the order given, each as one chain; that of dw over the images of one task of
 * {@link WeightGradient}, whose results then add up as {@link Reduce} does.
 */
public final class Convolution {
  private Convolution() {}

  private static void check(String op, Shape image, Shape w, long channels, Window... windows) {
    for (Window window : windows) {
      if (window.stride() != 1 || window.padding() >= window.extent()) {
        throw new ShapeException(
            op
                + ": expected windows of stride 1 padded by less than their extent, found "
                + window);
      }
    }
    if (image.rank() != 4 || w.rank() != 4 || image.dim(1) != channels) {
      throw new ShapeException(
          "%s: images %s do not fit weights [out, in, kh, kw] = %s".formatted(op, image, w));
    }
  }

  /** Elements of a window of weights [out, in, kh, kw], all channels. */
  private static long windowSize(Shape w) {
    return w.dim(1) * w.dim(2) * w.dim(3);
  }

  /** Windows that see, from an element, every window that saw it: with the kernel turned round. */
  private static Window turned(Window w) {
    return w.padding(w.extent() - 1 - w.padding());
  }

  /** x[n, in, h, w], w[out, in, kh, kw] and perhaps bias[out] to y[n, out, oh, ow]. */
  public record Forward(Window rows, Window columns) implements Op {
    @Override
    public String name() {
      return "conv2d";
    }

    @Override
    public Shape shape(Shape... in) {
      Shape x = in[0];
      Shape w = in[1];
      check(name(), x, w, w.dim(1), rows, columns);
      if (in.length > 2 && !in[2].equals(Shape.of(w.dim(0)))) {
        throw new ShapeException("conv2d: bias %s does not fit weights %s".formatted(in[2], w));
      }
      return Shape.of(x.dim(0), w.dim(0), rows.count(x.dim(2)), columns.count(x.dim(3)));
    }

    @Override
    public long flops(Shape out, Shape... in) {
      return out.size() * (2 * windowSize(in[1]) + in.length - 2);
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      Tensor bias = in.length > 2 ? in[2] : null;
      new Correlation(exec, in[0], rows, columns, in[1].shape().dim(0))
          .run(in[1], false, bias, out);
    }

    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      Shape x = in[0].shape();
      List<@Nullable Pull> pulls = new ArrayList<>();
      pulls.add(new Pull(new ByImages(rows, columns, x.dim(2), x.dim(3)), g, in[1]));
      pulls.add(new Pull(new ByWeights(rows, columns), in[0], g));
      if (in.length > 2) {
        Value sums = g.apply(new Reduce(Reduction.SUM, List.of(2, 3), false));
        pulls.add(new Pull(new Reduce(Reduction.SUM, List.of(0), false), sums));
      }
      return pulls;
    }
  }

  /** The gradient by the images: g[n, out, oh, ow] and w[out, in, kh, kw] to dx[n, in, h, w]. */
  public record ByImages(Window rows, Window columns, long height, long width) implements Op {
    @Override
    public String name() {
      return "conv2d_input";
    }

    @Override
    public Shape shape(Shape... in) {
      check(name(), in[0], in[1], in[1].dim(0), rows, columns);
      return Shape.of(in[0].dim(0), in[1].dim(1), height, width);
    }

    @Override
    public long flops(Shape out, Shape... in) {
      return 2 * in[0].size() * windowSize(in[1]);
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      new Correlation(exec, in[0], turned(rows), turned(columns), out.shape().dim(1))
          .run(in[1], true, null, out);
    }

    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      return List.of(
          new Pull(new Forward(rows, columns), g, in[1]),
          new Pull(new ByWeights(rows, columns), g, in[0]));
    }
  }

  /** The gradient by the weights: x[n, in, h, w] and g[n, out, oh, ow] to dw[out, in, kh, kw]. */
  public record ByWeights(Window rows, Window columns) implements Op {
    @Override
    public String name() {
      return "conv2d_weight";
    }

    @Override
    public Shape shape(Shape... in) {
      check(name(), in[0], in[1], in[0].dim(1), rows, columns);
      return Shape.of(in[1].dim(1), in[0].dim(1), rows.kernel(), columns.kernel());
    }

    @Override
    public long flops(Shape out, Shape... in) {
      return 2 * in[1].size() * windowSize(out);
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      new WeightGradient(exec, in[0], rows, columns, out).run(in[1]);
    }

    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      Shape x = in[0].shape();
      return List.of(
          new Pull(new ByImages(rows, columns, x.dim(2), x.dim(3)), in[1], g),
          new Pull(new Forward(rows, columns), in[0], g));
    }
  }
}
