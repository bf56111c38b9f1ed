package dev.lanewise.internal.op;

import static dev.lanewise.internal.op.PaddedImages.roundUp;

import dev.lanewise.internal.kernel.ConvolutionKernel;
import dev.lanewise.internal.kernel.Memory;
import dev.lanewise.internal.kernel.Reduction;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Window;
import java.util.List;

/**
 * The products of gradients with the patches of images, {@code out[o, p] = sum over n and i of g[n,
 * o, i] patch_i[p]}. Lanes hold outputs, or elements of the window where outputs would leave most
 * lanes empty (see {@link #isByWindow}); the bits are the same. Images are shared out to at most
 * {@value #MAX_TASKS} tasks, by shape alone.
 */
final class WeightGradient {

  /** The bits depend on it, and on the grain of {@link Share}: see SPECIFICATION.md. */
  private static final int MAX_TASKS = 8;

  /** Bytes of an image's patches, copied out and transposed, that stay in the cache. */
  private static final long MOST_PATCH_BYTES = 1 << 18;

  /** Multiply-adds that take as long as to copy out and transpose one element of a window. */
  private static final int COPYING = 7;

  private final Exec exec;
  private final Tensor out;
  private final boolean byOutputs;
  private final PaddedImages images;
  private final ConvolutionKernel kernel;
  private final long count;
  private final int outputs;
  private final int k;
  private final int positions;
  private final long bytes;

  /** Bytes of one output's gradient in one image. */
  private final long plane;

  /** Prepares images, either way of {@link ChannelsLast#readable}, for the weights' gradient. */
  WeightGradient(Exec exec, Tensor in, Window rows, Window columns, Tensor out) {
    this.exec = exec;
    this.out = out;
    bytes = out.dtype().bytes();
    outputs = Math.toIntExact(out.shape().dim(0));
    byOutputs =
        !isByWindow(out.shape(), rows.count(in.shape().dim(2)), columns.count(in.shape().dim(3)));
    Tensor x = byOutputs ? ChannelsLast.readable(exec, in) : ChannelsLast.contiguous(exec, in);
    images = new PaddedImages(exec, x, rows, columns);
    kernel = images.kernel();
    count = x.shape().dim(0);
    k = images.windowSize();
    positions = images.positions();
    plane = positions * bytes;
  }

  /**
   * Whether lanes hold the elements of a window, because that takes less time than outputs: 0.75 of
   * it for six outputs and windows of 25 elements (measured). Copies of shorter rows of windows
   * cost too much.
   */
  private boolean isByWindow(Shape w, long oh, long ow) {
    long window = w.dim(1) * w.dim(2) * w.dim(3);
    long byWindow =
        roundUp(outputs, ConvolutionKernel.ROWS) * wholeColumns(window) + COPYING * window;
    return byWindow < roundUp(window, ConvolutionKernel.ROWS) * wholeColumns(outputs)
        && ow * bytes >= ConvolutionKernel.COLUMN_BYTES
        && 2 * wholeColumns(window) * oh * ow * bytes <= MOST_PATCH_BYTES;
  }

  /** Computes it from the results' gradient. */
  void run(Tensor g) {
    if (byOutputs) {
      byOutputs(g);
    } else {
      byWindow(ChannelsLast.contiguous(exec, g));
    }
  }

  /** Lanes along outputs: patches, read in place, by the gradient, transposed if need be. */
  private void byOutputs(Tensor gradient) {
    int n = Math.toIntExact(wholeColumns(outputs));
    Tensor g =
        n == outputs
            ? ChannelsLast.readable(exec, gradient)
            : ChannelsLast.contiguous(exec, gradient);
    boolean inPlace = !g.isContiguous();
    int[] rows = PaddedImages.rows(images.window());
    int[] steps = PaddedImages.steps(images.windows(), PaddedImages.offsets(positions, n * bytes));
    Tensor sum =
        sum(
            rows.length,
            outputs,
            inPlace ? 0 : n * plane,
            (i, image, turned, start, to) -> {
              long from = g.address() + i * outputs * plane;
              if (!inPlace) {
                kernel.transpose(outputs, positions, from, plane, turned, n * bytes);
              }
              multiply(image, rows, steps, inPlace ? from : turned, start, to, n);
            });
    out.reshape(outputs, k).copyFrom(sum.slice(0, 0, k).slice(1, 0, outputs).transpose());
  }

  /** Lanes along the elements of a window: the gradient, read in place, by copies of patches. */
  private void byWindow(Tensor g) {
    int n = Math.toIntExact(wholeColumns(k));
    int[] window = images.window();
    int[] rows = PaddedImages.rows(PaddedImages.offsets(outputs, plane));
    int[] steps =
        PaddedImages.steps(
            PaddedImages.offsets(positions, bytes), PaddedImages.offsets(positions, n * bytes));
    Tensor sum =
        sum(
            rows.length,
            k,
            2L * n * plane,
            (i, image, turned, start, to) -> {
              long patches = turned + n * plane;
              images.unfold(window, image, patches);
              kernel.transpose(k, positions, patches, plane, turned, n * bytes);
              multiply(g.address() + i * outputs * plane, rows, steps, turned, start, to, n);
            });
    out.reshape(outputs, k).copyFrom(sum.slice(0, 0, outputs).slice(1, 0, k));
  }

  private void multiply(long a, int[] rows, int[] steps, long b, long start, long to, int n) {
    kernel.multiply(rows.length, n, positions, a, rows, steps, b, start, 0, 0, to, n * bytes);
  }

  private long wholeColumns(long lanes) {
    return roundUp(lanes, ConvolutionKernel.COLUMN_BYTES / bytes);
  }

  /**
   * What an image adds to its task's sums, with scratch memory: first the lanes of all positions,
   * which were zero at the start if some are left over.
   */
  @FunctionalInterface
  private interface Work {
    void run(long index, long image, long scratch, long start, long sums);
  }

  /** The sum of all tasks' sums, each of {@code m} rows with so many lanes. */
  private Tensor sum(int m, int lanes, long scratchBytes, Work work) {
    int n = Math.toIntExact(wholeColumns(lanes));
    Share share = Share.of(MAX_TASKS, count, (long) k * outputs * positions);
    int tasks = share.tasks();
    long zeros = exec.scope().zeros(DType.U8, Shape.of(ConvolutionKernel.START_BYTES)).address();
    long stride = images.bytes() + scratchBytes;
    long scratch = exec.allocate(DType.U8, Shape.of(tasks * stride)).address();
    Tensor partial = exec.allocate(out.dtype(), Shape.of(tasks, m, n));
    exec.parallel()
        .run(
            tasks,
            t -> {
              long image = scratch + t * stride;
              long own = image + images.bytes();
              images.clear(image);
              if (n != lanes) {
                Memory.ALL.asSlice(own, n * plane).fill((byte) 0);
              }
              long first = t * share.perTask();
              long sums = partial.address() + (long) t * m * n * bytes;
              for (long i = first; i < share.end(t); i++) {
                images.load(i, image);
                work.run(i, image, own, i == first ? zeros : 0, sums);
              }
            });
    Tensor sum = exec.allocate(out.dtype(), Shape.of(m, n));
    new Reduce(Reduction.SUM, List.of(0), false).forward(exec, new Tensor[] {partial}, sum);
    return sum;
  }
}
