package dev.lanewise.internal.op;

import static dev.lanewise.internal.op.PaddedImages.roundUp;

import dev.lanewise.internal.kernel.ConvolutionKernel;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Window;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The products of weights with the patches of images, {@code out[n, o, i] = bias[o] + sum_p w[p, o]
 * patch_i[p]}. Lanes hold outputs, or windows where outputs would fill too few of them; the bits
 * are the same.
 */
final class Correlation {
  private static final int MAX_TASKS = 16;

  /** Steps that take as long as to transpose a result rather than copy it. */
  private static final int TRANSPOSING = 16;

  private final Exec exec;
  private final long count;
  private final boolean byOutputs;
  private final PaddedImages images;
  private final int span;
  private final ConvolutionKernel kernel;
  private final int k;
  private final int outputs;
  private final long bytes;

  /** Prepares images {@code in}, either way of {@link ChannelsLast#readable}, for results. */
  Correlation(Exec exec, Tensor in, Window rows, Window columns, long outputs) {
    byOutputs = isByOutputs(in.dtype(), in.shape(), rows, columns, outputs);
    Tensor x = byOutputs ? ChannelsLast.readable(exec, in) : ChannelsLast.contiguous(exec, in);
    this.exec = exec;
    this.outputs = Math.toIntExact(outputs);
    count = x.shape().dim(0);
    images = new PaddedImages(exec, x, rows, columns);
    span = PaddedImages.span(x.dtype(), x.shape(), rows, columns);
    kernel = images.kernel();
    k = images.windowSize();
    bytes = x.dtype().bytes();
  }

  /** Whether lanes hold outputs, because that takes fewer steps than windows. */
  static boolean isByOutputs(DType dtype, Shape x, Window rows, Window columns, long outputs) {
    long width = ConvolutionKernel.COLUMN_BYTES / dtype.bytes();
    long k = x.dim(1) * rows.kernel() * columns.kernel();
    long positions = rows.count(x.dim(2)) * columns.count(x.dim(3));
    long byOutputs = roundUp(outputs, width) * positions * (k + TRANSPOSING);
    long m = roundUp(outputs, ConvolutionKernel.ROWS);
    return byOutputs <= m * PaddedImages.span(dtype, x, rows, columns) * k;
  }

  /**
   * Computes {@code out}, contiguous or with the channels last, with weights {@code [outputs,
   * inputs, kh, kw]}, or with those turned: then they are {@code [inputs, outputs, kh, kw]} and
   * read backward along the last two axes.
   */
  void run(Tensor weights, boolean turned, @Nullable Tensor bias, Tensor out) {
    Tensor w = exec.contiguous(weights);
    int matrices = turned ? Math.toIntExact(w.shape().dim(0)) : 1;
    int n = (int) roundUp(outputs, ConvolutionKernel.COLUMN_BYTES / bytes);
    Tensor packed = packed(w, matrices, n);
    int[] rows = PaddedImages.offsets(k, n * bytes);
    if (turned) {
      reverse(rows, k / matrices);
    }
    if (byOutputs) {
      byOutputs(packed.address(), rows, n, bias, out);
    } else {
      byWindows(packed.address(), rows, bias, out);
    }
  }

  /** Matrices {@code [outputs, k / matrices]} to rows of n, one a step. */
  private Tensor packed(Tensor w, int matrices, int n) {
    Shape shape = Shape.of(k, n);
    Tensor packed =
        n == outputs ? exec.allocate(w.dtype(), shape) : exec.scope().zeros(w.dtype(), shape);
    int steps = k / matrices;
    for (int i = 0; i < matrices; i++) {
      long from = w.address() + (long) i * outputs * steps * bytes;
      long to = packed.address() + (long) i * steps * n * bytes;
      kernel.transpose(outputs, steps, from, steps * bytes, to, n * bytes);
    }
    return packed;
  }

  /** Turns round each run of {@code n}. */
  private static void reverse(int[] values, int n) {
    for (int from = 0; from < values.length; from += n) {
      for (int i = 0; i < n / 2; i++) {
        int value = values[from + i];
        values[from + i] = values[from + n - 1 - i];
        values[from + n - 1 - i] = value;
      }
    }
  }

  /** Lanes along outputs: patches by weights, and the result transposed if need be. */
  private void byOutputs(long weights, int[] weightRows, int n, @Nullable Tensor bias, Tensor out) {
    int positions = images.positions();
    int[] rows = PaddedImages.rows(images.windows());
    int[] steps = PaddedImages.steps(images.window(), weightRows);
    Tensor start = exec.scope().zeros(out.dtype(), Shape.of(n));
    if (bias != null) {
      start.slice(0, 0, outputs).copyFrom(bias);
    }
    long rowBytes = n * bytes;
    // Where rows of the result are those of the product, only its last tile is copied.
    boolean inPlace = !out.isContiguous();
    int whole = inPlace ? positions - positions % ConvolutionKernel.ROWS : 0;
    int[] last = Arrays.copyOfRange(rows, whole, rows.length);
    forEach(
        last.length * rowBytes,
        (long) k * n * rows.length,
        (image, result, i) -> {
          long to = out.address() + i * outputs * positions * bytes;
          multiply(whole, n, image, rows, steps, weights, start.address(), to);
          multiply(last.length, n, image, last, steps, weights, start.address(), result);
          if (inPlace) {
            long rest = to + whole * rowBytes;
            kernel.copy(1, positions - whole, n, result, 0, rowBytes, rest, 0, rowBytes);
          } else {
            long plane = positions * bytes;
            kernel.transpose(positions, outputs, result, rowBytes, to, plane);
          }
        });
  }

  private void multiply(
      int m, int n, long image, int[] rows, int[] steps, long weights, long start, long to) {
    kernel.multiply(m, n, k, image, rows, steps, weights, start, 0, bytes, to, n * bytes);
  }

  /** Lanes along windows: weights by patches, and the result without those between the rows. */
  private void byWindows(long weights, int[] weightRows, @Nullable Tensor bias, Tensor out) {
    int n = span;
    int[] rows = PaddedImages.rows(PaddedImages.offsets(outputs, bytes));
    int[] steps = PaddedImages.steps(weightRows, images.window());
    long startColumns = ConvolutionKernel.START_BYTES / bytes;
    Tensor start = exec.scope().zeros(out.dtype(), Shape.of(rows.length, startColumns));
    if (bias != null) {
      Tensor column = bias.reshape(outputs, 1);
      start.slice(0, 0, outputs).copyFrom(column.broadcastTo(Shape.of(outputs, startColumns)));
    }
    int oh = Math.toIntExact(out.shape().dim(2));
    int ow = Math.toIntExact(out.shape().dim(3));
    long plane = (long) oh * ow * bytes;
    forEach(
        (long) rows.length * n * bytes,
        (long) k * n * rows.length,
        (image, result, i) -> {
          kernel.multiply(
              rows.length,
              n,
              k,
              weights,
              rows,
              steps,
              image,
              start.address(),
              ConvolutionKernel.START_BYTES,
              0,
              result,
              n * bytes);
          long to = out.address() + i * outputs * plane;
          long fromRow = images.width() * bytes;
          kernel.copy(outputs, oh, ow, result, n * bytes, fromRow, to, plane, ow * bytes);
        });
  }

  /** What to do with a padded image: addresses of it and of a result, its number. */
  @FunctionalInterface
  private interface Work {
    void run(long image, long result, long index);
  }

  private void forEach(long resultBytes, long workPerImage, Work work) {
    Share share = Share.of(MAX_TASKS, count, workPerImage);
    long stride = images.bytes() + resultBytes;
    long scratch = exec.allocate(DType.U8, Shape.of(share.tasks() * stride)).address();
    exec.parallel()
        .run(
            share.tasks(),
            t -> {
              long image = scratch + t * stride;
              long to = image + images.bytes();
              images.clear(image);
              for (long i = t * share.perTask(); i < share.end(t); i++) {
                images.load(i, image);
                work.run(image, to, i);
              }
            });
  }
}
