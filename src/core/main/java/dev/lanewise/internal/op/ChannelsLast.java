package dev.lanewise.internal.op;

import dev.lanewise.internal.kernel.ConvolutionKernel;
import dev.lanewise.internal.kernel.PoolKernel;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Window;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A convolution and the maxima of its results with images [n, h, w, c] in between: so convolution
 * computes them, maxima and their gradient have a window in each lane without shuffling, and the
 * products of the gradients read them in place. Only the maxima, a quarter of the elements, are
 * transposed. The bits are those of {@link Convolution.Forward} and {@link MaxPool}.
 */
public final class ChannelsLast {
  private static final Views.Permute TO_LAST = new Views.Permute(List.of(0, 2, 3, 1));
  private static final Views.Permute TO_FIRST = new Views.Permute(List.of(0, 3, 1, 2));
  private static final int MAX_TASKS = 16;

  /** Multiply-adds that take as long as one element here. */
  private static final long WORK = 16;

  private ChannelsLast() {}

  /** Whether {@link Conv2d} makes results of x[n, in, h, w] with so many channels in place. */
  public static boolean suits(DType dtype, Shape x, Window rows, Window columns, long outputs) {
    return dtype.isFloating()
        && outputs > 0
        && outputs * dtype.bytes() % ConvolutionKernel.COLUMN_BYTES == 0
        && Correlation.isByOutputs(dtype, x, rows, columns, outputs);
  }

  /** Images [n, c, h, w] as they are if contiguous or with channels last, else a copy. */
  static Tensor readable(Exec exec, Tensor x) {
    return TO_LAST.view(x).isContiguous() ? x : exec.contiguous(x);
  }

  /** Images [n, c, h, w] in that order. */
  static Tensor contiguous(Exec exec, Tensor x) {
    if (x.isContiguous() || !TO_LAST.view(x).isContiguous()) {
      return exec.contiguous(x);
    }
    Tensor last = TO_LAST.view(x);
    Tensor copy = exec.allocate(x.dtype(), x.shape());
    Planes planes = new Planes(exec, copy);
    forEach(
        exec,
        last,
        0,
        (i, _) -> {
          long at = i * planes.bytes;
          planes.fromLast(last.address() + at, copy.address() + at);
        });
    return copy;
  }

  /** What to do with image {@code index}, with scratch for the task. */
  @FunctionalInterface
  private interface Work {
    void run(long index, long scratch);
  }

  private static void forEach(Exec exec, Tensor last, long scratchBytes, Work work) {
    Shape shape = last.shape();
    Share share =
        Share.of(MAX_TASKS, shape.dim(0), WORK * shape.size() / Math.max(1, shape.dim(0)));
    long scratch = exec.allocate(DType.U8, Shape.of(share.tasks() * scratchBytes)).address();
    exec.parallel()
        .run(
            share.tasks(),
            t -> {
              long own = scratch + t * scratchBytes;
              for (long i = t * share.perTask(); i < share.end(t); i++) {
                work.run(i, own);
              }
            });
  }

  /** x[n, in, h, w], w[out, in, kh, kw] and perhaps bias[out] to y[n, oh, ow, out]. */
  public record Conv2d(Window rows, Window columns) implements Op {
    private Op plain() {
      return new Convolution.Forward(rows, columns);
    }

    @Override
    public String name() {
      return plain().name();
    }

    @Override
    public Shape shape(Shape... in) {
      return TO_LAST.shape(plain().shape(in));
    }

    @Override
    public long flops(Shape out, Shape... in) {
      return plain().flops(out, in);
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      plain().forward(exec, in, TO_FIRST.view(out));
    }

    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      return plain().gradient(in, out, g.apply(TO_FIRST));
    }
  }

  /** x[n, h, w, c] to the maxima of its windows of two by two, y[n, c, h / 2, w / 2]. */
  public record MaxPool2x2() implements Op {
    private static final MaxPool PLAIN = new MaxPool();

    @Override
    public String name() {
      return PLAIN.name();
    }

    @Override
    public Shape shape(Shape... in) {
      return PLAIN.shape(TO_FIRST.shape(in));
    }

    @Override
    public long flops(Shape out, Shape... in) {
      return PLAIN.flops(out, in);
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      Tensor x = exec.contiguous(in[0]);
      PoolKernel kernel = exec.kernels().pool(Ops.precision(x.dtype()));
      Planes y = new Planes(exec, out);
      long row = x.shape().dim(2) * y.pixel;
      long image = x.shape().dim(1) * row;
      forEach(
          exec,
          x,
          y.bytes,
          (i, maxima) -> {
            kernel.maxOfPixels(y.rows, y.columns, y.pixel, row, x.address() + i * image, maxima);
            y.fromLast(maxima, out.address() + i * y.bytes);
          });
    }

    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      if (!g.isRecorded()) {
        return List.of(new Pull(new Spread(), in[0], g));
      }
      Value[] first = {in[0].apply(TO_FIRST)};
      Pull pull = PLAIN.gradient(first, out, g).getFirst();
      Value[] rest = Arrays.copyOfRange(pull.in(), 1, pull.in().length);
      return List.of(new Pull(TO_LAST, pull.in()[0].apply(pull.op(), rest)));
    }
  }

  /** (x, g) to dx. */
  private record Spread() implements Op.Constant {
    @Override
    public String name() {
      return "max_pool2d'";
    }

    @Override
    public Shape shape(Shape... in) {
      return in[0];
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      Tensor x = exec.contiguous(in[0]);
      Tensor g = exec.contiguous(in[1]);
      if (x.shape().dim(1) % 2 != 0 || x.shape().dim(2) % 2 != 0) {
        out.fill(0);
      }
      PoolKernel kernel = exec.kernels().pool(Ops.precision(x.dtype()));
      Planes y = new Planes(exec, g);
      long row = x.shape().dim(2) * y.pixel;
      long image = x.shape().dim(1) * row;
      forEach(
          exec,
          x,
          y.bytes,
          (i, turned) -> {
            y.toLast(g.address() + i * y.bytes, turned);
            long from = x.address() + i * image;
            long to = out.address() + i * image;
            kernel.maxGradientOfPixels(y.rows, y.columns, y.pixel, row, from, turned, to);
          });
    }
  }

  /** Images [c, h, w] and how they change into [h, w, c] and back. */
  private static final class Planes {
    final int rows;
    final int columns;

    /** Bytes of an element's channels. */
    final long pixel;

    /** Bytes of an image. */
    final long bytes;

    private final ConvolutionKernel kernel;
    private final int channels;
    private final long plane;

    Planes(Exec exec, Tensor images) {
      kernel = exec.kernels().convolution(Ops.precision(images.dtype()));
      channels = Math.toIntExact(images.shape().dim(1));
      rows = Math.toIntExact(images.shape().dim(2));
      columns = Math.toIntExact(images.shape().dim(3));
      pixel = (long) channels * images.dtype().bytes();
      plane = (long) rows * columns * images.dtype().bytes();
      bytes = channels * plane;
    }

    void fromLast(long from, long to) {
      kernel.transpose(rows * columns, channels, from, pixel, to, plane);
    }

    void toLast(long from, long to) {
      kernel.transpose(channels, rows * columns, from, plane, to, pixel);
    }
  }
}
