package dev.lanewise.internal.op;

import dev.lanewise.internal.kernel.ConvolutionKernel;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Window;
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
  private final PaddedImages images;
  private final ConvolutionKernel kernel;
  private final int k;
  private final long bytes;
  private final int width;

  Correlation(Exec exec, Tensor in, Window rows, Window columns) {
    Tensor x = exec.contiguous(in);
    this.exec = exec;
    count = x.shape().dim(0);
    images = new PaddedImages(exec, x, rows, columns);
    kernel = images.kernel();
    k = images.windowSize();
    bytes = x.dtype().bytes();
    width = (int) (ConvolutionKernel.COLUMN_BYTES / bytes);
  }

  /**
   * Computes {@code out} with weights {@code [outputs, inputs, kh, kw]}, or with those turned: then
   * they are {@code [inputs, outputs, kh, kw]} and read backward along the last two axes.
   */
  void run(Tensor weights, boolean turned, @Nullable Tensor bias, Tensor out) {
    Tensor w = exec.contiguous(weights);
    int outputs = Math.toIntExact(out.shape().dim(1));
    int matrices = turned ? Math.toIntExact(w.shape().dim(0)) : 1;
    int n = PaddedImages.roundUp(outputs, width);
    Tensor packed = packed(w, matrices, outputs, n);
    int[] rows = PaddedImages.offsets(k, n * bytes);
    if (turned) {
      reverse(rows, k / matrices);
    }
    int m = PaddedImages.roundUp(outputs, ConvolutionKernel.ROWS);
    long byOutputs = (long) n * images.positions() * (k + TRANSPOSING);
    if (byOutputs <= (long) m * images.span() * k) {
      byOutputs(packed.address(), rows, n, bias, outputs, out);
    } else {
      byWindows(packed.address(), rows, bias, outputs, out);
    }
  }

  /** Matrices {@code [outputs, k / matrices]} to rows of n, one a step. */
  private Tensor packed(Tensor w, int matrices, int outputs, int n) {
    Shape shape = Shape.of(k, n);
    Tensor packed =
        n == outputs ? exec.allocate(w.dtype(), shape) : exec.scope().zeros(w.dtype(), shape);
    long scratch = exec.allocate(DType.U8, Shape.of(ConvolutionKernel.SCRATCH_BYTES)).address();
    int steps = k / matrices;
    for (int i = 0; i < matrices; i++) {
      long from = w.address() + (long) i * outputs * steps * bytes;
      long to = packed.address() + (long) i * steps * n * bytes;
      kernel.transpose(outputs, steps, from, steps * bytes, to, n * bytes, scratch);
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

  /** Lanes along outputs: patches by weights, and the result transposed. */
  private void byOutputs(
      long weights, int[] weightRows, int n, @Nullable Tensor bias, int outputs, Tensor out) {
    int positions = images.positions();
    int[] rows = PaddedImages.rows(images.windows());
    int[] steps = PaddedImages.steps(images.window(), weightRows);
    Tensor start = exec.scope().zeros(out.dtype(), Shape.of(n));
    if (bias != null) {
      start.slice(0, 0, outputs).copyFrom(bias);
    }
    long rowBytes = n * bytes;
    forEach(
        rows.length * rowBytes,
        (long) k * n * rows.length,
        (image, result, scratch, i) -> {
          kernel.multiply(
              rows.length,
              n,
              k,
              image,
              rows,
              steps,
              weights,
              start.address(),
              0,
              bytes,
              result,
              rowBytes);
          long plane = positions * bytes;
          long to = out.address() + i * outputs * plane;
          kernel.transpose(positions, outputs, result, rowBytes, to, plane, scratch);
        });
  }

  /** Lanes along windows: weights by patches, and the result without those between the rows. */
  private void byWindows(
      long weights, int[] weightRows, @Nullable Tensor bias, int outputs, Tensor out) {
    int n = images.span();
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
        (image, result, scratch, i) -> {
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

  /** What to do with a padded image: addresses of it, of a result and of scratch, its number. */
  @FunctionalInterface
  private interface Work {
    void run(long image, long result, long scratch, long index);
  }

  private void forEach(long resultBytes, long workPerImage, Work work) {
    Share share = Share.of(MAX_TASKS, count, workPerImage);
    long stride = images.bytes() + resultBytes + ConvolutionKernel.SCRATCH_BYTES;
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
                work.run(image, to, to + resultBytes, i);
              }
            });
  }
}
