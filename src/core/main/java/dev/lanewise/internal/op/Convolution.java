package dev.lanewise.internal.op;

import dev.lanewise.internal.kernel.ConvolutionKernel;
import dev.lanewise.internal.kernel.Memory;
import dev.lanewise.internal.kernel.Reduction;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Window;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Convolution of images with windows of stride 1 and its gradients, as products by gemm-v1 with the
 * images' patches, which are never made: images are copied with their padding, and the products
 * read them in place (see {@link PaddedImages}). Images are shared out in at most {@value
 * #MAX_TASKS} tasks, by shape alone.
 *
 * <pre>
 * y[n, o, i]     = bias[o] + sum over (c, ky, kx) of w[o, c, ky, kx] x[n, c, i + (ky, kx)]
 * dx[n, c, i]    = sum over (o, ky, kx) of the turned w[o, c, -ky, -kx] g[n, o, i + (ky, kx)]
 * dw[o, c, ky, kx] = sum over n and i of g[n, o, i] x[n, c, i + (ky, kx)]
 * </pre>
 *
 * <p>The sums run in the order given, each as one chain; that of dw over the images of one task,
 * whose results then add up as {@link Reduce} does.
 */
public final class Convolution {
  private static final int MAX_TASKS = 8;

  /** Multiply-adds per task, at least. */
  private static final long GRAIN = 1_000_000;

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

  /** Windows that see, from an element, every window that saw it: with the kernel turned round. */
  private static Window turned(Window w) {
    return w.padding(w.extent() - 1 - w.padding());
  }

  /** Images shared out to tasks. */
  private record Share(long images, long perTask) {
    static Share of(long images, long workPerImage) {
      long least = Math.max(1, GRAIN / Math.max(1, workPerImage));
      return new Share(images, Math.max(least, (images + MAX_TASKS - 1) / MAX_TASKS));
    }

    int tasks() {
      return (int) ((images + perTask - 1) / perTask);
    }

    long end(int task) {
      return Math.min(images, (task + 1) * perTask);
    }
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
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      Tensor w = exec.contiguous(in[1]);
      int bytes = out.dtype().bytes();
      long k = w.size() / w.shape().dim(0);
      List<Long> byRow = new ArrayList<>();
      for (long o = 0; o < w.shape().dim(0); o++) {
        byRow.add(o * k * bytes);
      }
      List<Long> byStep = new ArrayList<>();
      for (long p = 0; p < k; p++) {
        byStep.add(p * bytes);
      }
      Start start = Start.of(exec, in.length > 2 ? in[2] : null, out);
      correlate(exec, in[0], rows, columns, w.address(), byRow, byStep, start, out);
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
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      Tensor w = exec.contiguous(in[1]);
      int bytes = out.dtype().bytes();
      long window = rows.kernel() * columns.kernel();
      long channels = w.shape().dim(1);
      List<Long> byRow = new ArrayList<>();
      for (long c = 0; c < channels; c++) {
        byRow.add(c * window * bytes);
      }
      List<Long> byStep = new ArrayList<>();
      for (long o = 0; o < w.shape().dim(0); o++) {
        for (long p = window - 1; p >= 0; p--) {
          byStep.add((o * channels * window + p) * bytes);
        }
      }
      Start start = Start.of(exec, null, out);
      correlate(exec, in[0], turned(rows), turned(columns), w.address(), byRow, byStep, start, out);
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
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      Tensor x = exec.contiguous(in[0]);
      Tensor g = exec.contiguous(in[1]);
      PaddedImages images = new PaddedImages(exec, x, rows, columns);
      ConvolutionKernel kernel = images.kernel();
      long bytes = out.dtype().bytes();
      int width = (int) (ConvolutionKernel.COLUMN_BYTES / bytes);
      int k = images.windowSize();
      int m = PaddedImages.roundUp(k, ConvolutionKernel.ROWS);
      int outputs = Math.toIntExact(out.shape().dim(0));
      int n = PaddedImages.roundUp(outputs, width);
      int positions = images.positions();
      int[] rowTable = PaddedImages.table(images.window(), m);
      int[] stepTable = PaddedImages.table(images.windows(), positions);
      List<Long> byPosition = new ArrayList<>();
      for (long q = 0; q < positions; q++) {
        byPosition.add(q * n * bytes);
      }
      int[] turnedTable = PaddedImages.table(byPosition, positions);
      long zeros = exec.scope().zeros(DType.U8, Shape.of(ConvolutionKernel.START_BYTES)).address();
      Share share = Share.of(x.shape().dim(0), (long) k * outputs * positions);
      int tasks = share.tasks();
      long gBytes = (long) n * positions * bytes;
      long stride = images.bytes() + 2 * gBytes + ConvolutionKernel.SCRATCH_BYTES;
      long scratch = exec.allocate(DType.U8, Shape.of(tasks * stride)).address();
      Tensor partial = exec.allocate(out.dtype(), Shape.of(tasks, m, n));
      exec.parallel()
          .run(
              tasks,
              t -> {
                long image = scratch + t * stride;
                long padded = image + images.bytes();
                long turned = padded + gBytes;
                images.clear(image);
                Memory.ALL.asSlice(padded, gBytes).fill((byte) 0);
                long sums = partial.address() + (long) t * m * n * bytes;
                for (long i = t * share.perTask(); i < share.end(t); i++) {
                  images.load(i, image);
                  long plane = positions * bytes;
                  long from = g.address() + i * outputs * plane;
                  if (n != outputs) {
                    Memory.ALL
                        .asSlice(padded, outputs * plane)
                        .copyFrom(Memory.ALL.asSlice(from, outputs * plane));
                    from = padded;
                  }
                  kernel.transpose(n, positions, from, plane, turned, turned + gBytes);
                  kernel.multiply(
                      m,
                      n,
                      positions,
                      image,
                      rowTable,
                      stepTable,
                      turned,
                      turnedTable,
                      i == t * share.perTask() ? zeros : 0,
                      0,
                      sums,
                      n * bytes);
                }
              });
      Tensor sum = exec.allocate(out.dtype(), Shape.of(m, n));
      new Reduce(Reduction.SUM, List.of(0), false).forward(exec, new Tensor[] {partial}, sum);
      out.reshape(outputs, k).copyFrom(sum.slice(0, 0, k).slice(1, 0, outputs).transpose());
    }

    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      Shape x = in[0].shape();
      return List.of(
          new Pull(new ByImages(rows, columns, x.dim(2), x.dim(3)), in[1], g),
          new Pull(new Forward(rows, columns), in[0], g));
    }
  }

  /** Where the sums of each row begin, see {@link ConvolutionKernel#multiply}. */
  private record Start(long address, long row) {
    static Start of(Exec exec, @Nullable Tensor bias, Tensor out) {
      if (bias == null) {
        Shape one = Shape.of(ConvolutionKernel.START_BYTES);
        return new Start(exec.scope().zeros(DType.U8, one).address(), 0);
      }
      int rows = PaddedImages.roundUp(Math.toIntExact(bias.size()), ConvolutionKernel.ROWS);
      long width = ConvolutionKernel.START_BYTES / out.dtype().bytes();
      Tensor values = exec.scope().zeros(out.dtype(), Shape.of(rows, width));
      Tensor column = bias.reshape(bias.size(), 1);
      values.slice(0, 0, bias.size()).copyFrom(column.broadcastTo(Shape.of(bias.size(), width)));
      return new Start(values.address(), ConvolutionKernel.START_BYTES);
    }
  }

  /** out[n, i] = start[i] + the weights' row i times the patches of image n. */
  private static void correlate(
      Exec exec,
      Tensor in,
      Window rows,
      Window columns,
      long weights,
      List<Long> byRow,
      List<Long> byStep,
      Start start,
      Tensor out) {
    Tensor x = exec.contiguous(in);
    PaddedImages images = new PaddedImages(exec, x, rows, columns);
    ConvolutionKernel kernel = images.kernel();
    long bytes = out.dtype().bytes();
    int k = images.windowSize();
    int outputs = byRow.size();
    int m = PaddedImages.roundUp(outputs, ConvolutionKernel.ROWS);
    int n = images.span();
    int[] rowTable = PaddedImages.table(byRow, m);
    int[] stepTable = PaddedImages.table(byStep, k);
    int[] windowTable = PaddedImages.table(images.window(), k);
    Share share = Share.of(x.shape().dim(0), (long) k * outputs * n);
    long stride = images.bytes() + (long) m * n * bytes;
    long scratch = exec.allocate(DType.U8, Shape.of(share.tasks() * stride)).address();
    int oh = Math.toIntExact(out.shape().dim(2));
    int ow = Math.toIntExact(out.shape().dim(3));
    long plane = (long) oh * ow * bytes;
    exec.parallel()
        .run(
            share.tasks(),
            t -> {
              long image = scratch + t * stride;
              long result = image + images.bytes();
              images.clear(image);
              for (long i = t * share.perTask(); i < share.end(t); i++) {
                images.load(i, image);
                kernel.multiply(
                    m,
                    n,
                    k,
                    weights,
                    rowTable,
                    stepTable,
                    image,
                    windowTable,
                    start.address,
                    start.row,
                    result,
                    n * bytes);
                long to = out.address() + i * outputs * plane;
                long fromRow = images.width() * bytes;
                kernel.copy(outputs, oh, ow, result, n * bytes, fromRow, to, plane, ow * bytes);
              }
            });
  }
}
