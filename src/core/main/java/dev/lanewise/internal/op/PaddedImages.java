package dev.lanewise.internal.op;

import dev.lanewise.internal.kernel.ConvolutionKernel;
import dev.lanewise.internal.kernel.Memory;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Window;
import java.util.Arrays;

/**
 * Images as convolution reads them: with their padding around them. Then the element of a window at
 * (c, ky, kx) is always equally far from the window's first element, and neighbouring windows are
 * neighbouring elements; those that would begin in the last columns of a row are computed with the
 * others and left out when results are copied. The padding after a row is that before the next one,
 * and so with channels: less memory, and fewer windows to leave out.
 *
 * <p>The channels of an element may also lie side by side, see {@link ChannelsLast}; then only the
 * distances are others.
 */
final class PaddedImages {
  private final Tensor x;
  private final Window rows;
  private final Window columns;
  private final ConvolutionKernel kernel;
  private final int bytes;
  private final int channels;
  private final int h;
  private final int w;
  private final int oh;
  private final int ow;
  private final boolean channelsLast;
  private final long channelStride;
  private final long columnStride;

  /** Images that lie one way or the other, see {@link ChannelsLast#readable}. */
  PaddedImages(Exec exec, Tensor x, Window rows, Window columns) {
    this.x = x;
    this.rows = rows;
    this.columns = columns;
    kernel = exec.kernels().convolution(Ops.precision(x.dtype()));
    bytes = x.dtype().bytes();
    channels = Math.toIntExact(x.shape().dim(1));
    h = Math.toIntExact(x.shape().dim(2));
    w = Math.toIntExact(x.shape().dim(3));
    oh = Math.toIntExact(rows.count(h));
    ow = Math.toIntExact(columns.count(w));
    channelsLast = !x.isContiguous();
    channelStride = channelsLast ? bytes : plane() * bytes;
    columnStride = channelsLast ? (long) channels * bytes : bytes;
  }

  ConvolutionKernel kernel() {
    return kernel;
  }

  /** Elements from one padded row to the next. */
  long width() {
    return w + columns.padding();
  }

  /** Elements of a channel, from its padding on to that of the next. */
  private long plane() {
    return (h + rows.padding()) * width();
  }

  /** Bytes before the first element of a channel, and after the last channel: padding. */
  private long margin() {
    return (rows.padding() * width() + columns.padding()) * columnStride;
  }

  /** Elements of a window, all channels. */
  int windowSize() {
    return Math.toIntExact(channels * rows.kernel() * columns.kernel());
  }

  /** Windows of an image. */
  int positions() {
    return oh * ow;
  }

  /** Elements from the first window to the last, rounded up as kernels want them. */
  static int span(DType dtype, Shape x, Window rows, Window columns) {
    long wide = x.dim(3) + columns.padding();
    long elements = (rows.count(x.dim(2)) - 1) * wide + columns.count(x.dim(3));
    return Math.toIntExact(roundUp(elements, ConvolutionKernel.COLUMN_BYTES / dtype.bytes()));
  }

  /** Bytes of one padded image, with what kernels read beyond its end. */
  long bytes() {
    long used = channels * plane() * bytes + margin();
    return roundUp(used + ConvolutionKernel.COLUMN_BYTES, ConvolutionKernel.COLUMN_BYTES);
  }

  /** Byte offsets of a window's elements in the order (channel, ky, kx). */
  int[] window() {
    int[] offsets = new int[windowSize()];
    int i = 0;
    for (long c = 0; c < channels; c++) {
      for (long ky = 0; ky < rows.kernel(); ky++) {
        for (long kx = 0; kx < columns.kernel(); kx++) {
          long element = ky * rows.dilation() * width() + kx * columns.dilation();
          offsets[i++] = Math.toIntExact(c * channelStride + element * columnStride);
        }
      }
    }
    return offsets;
  }

  /** Byte offsets of the windows' first elements in their order. */
  int[] windows() {
    int[] offsets = new int[positions()];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = Math.toIntExact((i / ow * width() + i % ow) * columnStride);
    }
    return offsets;
  }

  /** Zeros the memory of one image. */
  void clear(long target) {
    Memory.ALL.asSlice(target, bytes()).fill((byte) 0);
  }

  /** Copies image {@code index} to where one was, or to memory that was cleared. */
  void load(long index, long target) {
    long from = x.address() + index * channels * h * w * bytes;
    long to = target + margin();
    long row = w * columnStride;
    if (channelsLast) {
      kernel.copy(1, h, w * channels, from, 0, row, to, 0, width() * columnStride);
    } else {
      kernel.copy(channels, h, w, from, h * row, row, to, channelStride, width() * columnStride);
    }
  }

  /**
   * Copies the windows' elements from an image with the channels first: a row of all windows for
   * each element of the {@code window} that {@link #window} tells.
   */
  void unfold(int[] window, long image, long target) {
    for (int i = 0; i < window.length; i++) {
      long to = target + (long) i * positions() * bytes;
      kernel.copy(1, oh, ow, image + window[i], 0, width() * bytes, to, 0, (long) ow * bytes);
    }
  }

  /** A table of so many rows as kernels want: the offsets, then the last of them again. */
  static int[] rows(int... offsets) {
    int n = Math.toIntExact(roundUp(offsets.length, ConvolutionKernel.ROWS));
    int[] table = Arrays.copyOf(offsets, n);
    for (int i = offsets.length; i < n; i++) {
      table[i] = table[i - 1];
    }
    return table;
  }

  /** A table of steps: an offset in A, an offset in B, and so on. */
  static int[] steps(int[] a, int[] b) {
    int[] table = new int[2 * a.length];
    for (int i = 0; i < a.length; i++) {
      table[2 * i] = a[i];
      table[2 * i + 1] = b[i];
    }
    return table;
  }

  /** Offsets of {@code n} neighbours. */
  static int[] offsets(int n, long stride) {
    int[] offsets = new int[n];
    for (int i = 0; i < n; i++) {
      offsets[i] = Math.toIntExact(i * stride);
    }
    return offsets;
  }

  static long roundUp(long n, long multiple) {
    return Math.ceilDiv(n, multiple) * multiple;
  }
}
