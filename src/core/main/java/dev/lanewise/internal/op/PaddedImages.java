package dev.lanewise.internal.op;

import dev.lanewise.internal.kernel.ConvolutionKernel;
import dev.lanewise.internal.kernel.Memory;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Images as convolution reads them: with their padding around them. Then the element of a window at
 * (c, ky, kx) is always equally far from the window's first element, and neighbouring windows are
 * neighbouring elements; those that would begin in the last columns of a row are computed with the
 * others and left out when results are copied.
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
  private final long plane;

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
    plane = (h + 2 * rows.padding()) * width() * bytes;
  }

  ConvolutionKernel kernel() {
    return kernel;
  }

  /** Elements of a padded row. */
  long width() {
    return w + 2 * columns.padding();
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
  int span() {
    return roundUp(
        Math.toIntExact((oh - 1) * width() + ow), ConvolutionKernel.COLUMN_BYTES / bytes);
  }

  /** Bytes of one padded image, with what kernels read beyond its end. */
  long bytes() {
    long whole = channels * plane + ConvolutionKernel.COLUMN_BYTES;
    return roundUp(Math.toIntExact(whole), ConvolutionKernel.COLUMN_BYTES);
  }

  /** Byte offsets of a window's elements in the order (channel, ky, kx). */
  List<Long> window() {
    List<Long> offsets = new ArrayList<>();
    for (long c = 0; c < channels; c++) {
      for (long ky = 0; ky < rows.kernel(); ky++) {
        for (long kx = 0; kx < columns.kernel(); kx++) {
          long element = ky * rows.dilation() * width() + kx * columns.dilation();
          offsets.add(c * plane + element * bytes);
        }
      }
    }
    return offsets;
  }

  /** Byte offsets of the windows' first elements in their order. */
  List<Long> windows() {
    List<Long> offsets = new ArrayList<>();
    for (long y = 0; y < oh; y++) {
      for (long x = 0; x < ow; x++) {
        offsets.add((y * width() + x) * bytes);
      }
    }
    return offsets;
  }

  /** Zeros the memory of one image. */
  void clear(long target) {
    Memory.ALL.asSlice(target, bytes()).fill((byte) 0);
  }

  /** Copies image {@code index} to where one was, or to memory that was cleared. */
  void load(long index, long target) {
    kernel.copy(
        channels,
        h,
        w,
        x.address() + index * channels * h * w * bytes,
        (long) h * w * bytes,
        (long) w * bytes,
        target + (rows.padding() * width() + columns.padding()) * bytes,
        plane,
        width() * bytes);
  }

  /** A table of {@code n} entries: the values, then the last of them again. */
  static int[] table(List<Long> values, int n) {
    int[] table = new int[n];
    for (int i = 0; i < n; i++) {
      table[i] = Math.toIntExact(values.get(Math.min(i, values.size() - 1)));
    }
    return table;
  }

  static int roundUp(int n, int multiple) {
    return (n + multiple - 1) / multiple * multiple;
  }
}
