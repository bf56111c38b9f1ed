package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Window;
import org.jspecify.annotations.Nullable;

/**
 * Convolution and pooling of images [n, c, h, w] as functions; names, formulas and weight shapes
 * are those of {@code torch.nn.functional}. A convolution is a matrix product with the images'
 * patches, its sums in the order (channel, kh, kw); pooling is a reduction over them.
 */
public final class Convolution {
  /** Windows of two side by side. */
  static final Window HALVING = Window.of(2).stride(2);

  private Convolution() {}

  /**
   * Convolution (without flipping the kernel) of x [n, in, h, w] to [n, out, oh, ow].
   *
   * @param x [n, in, h, w]
   * @param weight [out, in / groups, kh, kw]
   * @param bias [out], or null
   * @param rows the windows along h, whose kernel is kh
   * @param columns the windows along w, whose kernel is kw
   * @param groups output group i sees input group i only
   * @return [n, out, oh, ow]
   * @throws ShapeException if the shapes, windows and groups do not fit
   */
  public static Var conv2d(
      Var x, Var weight, @Nullable Var bias, Window rows, Window columns, long groups) {
    checkFit(x.shape(), weight.shape(), rows, columns, groups);
    if (groups == 1 && isPlain(rows) && isPlain(columns)) {
      return x.conv2d(weight, bias, rows, columns);
    }
    Shape s = x.shape();
    Shape w = weight.shape();
    Var patches = x.unfold(rows, columns, 0);
    long oh = patches.shape().dim(4);
    long ow = patches.shape().dim(5);
    long k = w.dim(1) * w.dim(2) * w.dim(3);
    Var y =
        weight
            .reshape(groups, w.dim(0) / groups, k)
            .matmul(patches.reshape(s.dim(0), groups, k, oh * ow))
            .reshape(s.dim(0), w.dim(0), oh, ow);
    return bias == null ? y : y.add(bias.reshape(w.dim(0), 1, 1));
  }

  /** {@link #conv2d}, then the maxima of two by two; one knows of the other if it can. */
  static Var conv2dMaxPool2x2(
      Var x, Var weight, @Nullable Var bias, Window rows, Window columns, long groups) {
    if (groups == 1 && isPlain(rows) && isPlain(columns)) {
      checkFit(x.shape(), weight.shape(), rows, columns, groups);
      return x.conv2dMaxPool2x2(weight, bias, rows, columns);
    }
    return conv2d(x, weight, bias, rows, columns, groups).maxPool2x2();
  }

  private static void checkFit(Shape x, Shape w, Window rows, Window columns, long groups) {
    if (x.rank() != 4
        || w.rank() != 4
        || x.dim(1) != w.dim(1) * groups
        || w.dim(0) % groups != 0
        || w.dim(2) != rows.kernel()
        || w.dim(3) != columns.kernel()) {
      throw misfit("conv2d", "[out, in / groups, kh, kw]", x, w, groups);
    }
  }

  private static boolean isPlain(Window window) {
    return window.stride() == 1 && window.padding() < window.extent();
  }

  /**
   * Convolution of x [n, in, l] to [n, out, ol].
   *
   * @param x [n, in, l]
   * @param weight [out, in / groups, k]
   * @param bias [out], or null
   * @param window the windows along l, whose kernel is k
   * @param groups output group i sees input group i only
   * @return [n, out, ol]
   * @throws ShapeException if the shapes, windows and groups do not fit
   */
  public static Var conv1d(Var x, Var weight, @Nullable Var bias, Window window, long groups) {
    if (x.shape().rank() != 3 || weight.shape().rank() != 3) {
      throw misfit("conv1d", "[out, in / groups, k]", x.shape(), weight.shape(), groups);
    }
    Var image = x.reshape(x.shape().insert(2, 1));
    Var kernel = weight.reshape(weight.shape().insert(2, 1));
    Var y = conv2d(image, kernel, bias, Window.of(1), window, groups);
    return y.reshape(y.shape().without(2));
  }

  /**
   * Transposed convolution of x [n, in, h, w] to [n, out, oh, ow]: what {@link #conv2d} with the
   * same weight and windows does backward.
   *
   * @param x [n, in, h, w]
   * @param weight [in, out / groups, kh, kw]
   * @param bias [out], or null
   * @param rows the windows along oh, whose kernel is kh
   * @param columns the windows along ow, whose kernel is kw
   * @param outputPadding rows and columns that the result has more than the windows reach; below
   *     the strides
   * @param groups output group i sees input group i only
   * @return [n, out, oh, ow] with {@code oh = (h - 1) stride - 2 padding + extent + outputPadding},
   *     and ow likewise
   * @throws ShapeException if the shapes, windows and groups do not fit
   */
  public static Var convTranspose2d(
      Var x,
      Var weight,
      @Nullable Var bias,
      Window rows,
      Window columns,
      long outputPadding,
      long groups) {
    Shape s = x.shape();
    Shape w = weight.shape();
    if (s.rank() != 4 || w.rank() != 4 || s.dim(1) != w.dim(0) || w.dim(0) % groups != 0) {
      throw misfit("conv_transpose2d", "[in, out / groups, kh, kw]", s, w, groups);
    }
    if (w.dim(2) != rows.kernel() || w.dim(3) != columns.kernel()) {
      throw misfit("conv_transpose2d", "[in, out / groups, kh, kw]", s, w, groups);
    }
    long out = w.dim(1) * groups;
    long k = w.dim(1) * w.dim(2) * w.dim(3);
    Var patches =
        weight
            .reshape(groups, w.dim(0) / groups, k)
            .transpose()
            .matmul(x.reshape(s.dim(0), groups, w.dim(0) / groups, s.dim(2) * s.dim(3)))
            .reshape(s.dim(0), out, w.dim(2), w.dim(3), s.dim(2), s.dim(3));
    long oh = rows.length(s.dim(2)) + outputPadding;
    long ow = columns.length(s.dim(3)) + outputPadding;
    Var y = patches.fold(rows, columns, oh, ow);
    return bias == null ? y : y.add(bias.reshape(out, 1, 1));
  }

  /**
   * Finds the largest element of each window; padding never is. Elements that attain it share the
   * gradient.
   *
   * @param x [n, c, h, w]
   * @param rows the windows along h, padded by at most half of their extent
   * @param columns the windows along w, likewise
   * @return [n, c, oh, ow]
   * @throws ShapeException if x is no batch of images, or smaller than a window, or the padding is
   *     too wide
   */
  public static Var maxPool2d(Var x, Window rows, Window columns) {
    checkPadding("max_pool2d", rows);
    checkPadding("max_pool2d", columns);
    if (rows.equals(HALVING) && columns.equals(HALVING)) {
      return x.maxPool2x2();
    }
    return x.unfold(rows, columns, Double.NEGATIVE_INFINITY).amax(false, 2, 3);
  }

  /**
   * Averages the elements of each window.
   *
   * @param x [n, c, h, w]
   * @param rows the windows along h, padded by at most half of their extent
   * @param columns the windows along w, likewise
   * @param countIncludePad whether padding counts as zeros, rather than not at all
   * @return [n, c, oh, ow]
   * @throws ShapeException if x is no batch of images, or smaller than a window, or the padding is
   *     too wide
   */
  public static Var avgPool2d(Var x, Window rows, Window columns, boolean countIncludePad) {
    checkPadding("avg_pool2d", rows);
    checkPadding("avg_pool2d", columns);
    Var sums = x.unfold(rows, columns, 0).sum(2, 3);
    if (countIncludePad) {
      return sums.div(rows.kernel() * columns.kernel());
    }
    Shape plane = Shape.of(1, 1, x.shape().dim(2), x.shape().dim(3));
    Var ones = x.tape().constant(x.tape().scope().allocate(x.dtype(), plane).fill(1));
    return sums.div(ones.unfold(rows, columns, 0).sum(2, 3));
  }

  /**
   * Averages the elements of {@code rows} x {@code columns} cells: cell i of k along an axis of
   * length l covers elements floor(i l / k) to ceil((i + 1) l / k), the last excluded.
   *
   * @param x [n, c, h, w]
   * @param rows cells along h, at least 1
   * @param columns cells along w, at least 1
   * @return [n, c, rows, columns]
   * @throws ShapeException if x is no batch of images, or there are no cells
   */
  public static Var adaptiveAvgPool2d(Var x, long rows, long columns) {
    Shape s = x.shape();
    if (s.rank() != 4 || rows < 1 || columns < 1) {
      throw new ShapeException(
          "adaptive_avg_pool2d: %s does not make %d x %d cells".formatted(s, rows, columns));
    }
    Var narrow = x.matmul(cells(x, columns, s.dim(3)).transpose());
    return cells(x, rows, s.dim(2)).matmul(narrow);
  }

  /** [cells, length]: 1 / n at the n elements of each cell. */
  private static Var cells(Var like, long cells, long length) {
    Tensor t = like.tape().scope().zeros(like.dtype(), Shape.of(cells, length));
    for (long i = 0; i < cells; i++) {
      long from = i * length / cells;
      long to = Math.ceilDiv((i + 1) * length, cells);
      t.select(0, i).slice(0, from, to).fill(1.0 / (to - from));
    }
    return like.tape().constant(t);
  }

  private static void checkPadding(String op, Window window) {
    if (2 * window.padding() > window.extent()) {
      throw new ShapeException(
          "%s: padding %d is more than half of a window of %d"
              .formatted(op, window.padding(), window.extent()));
    }
  }

  private static ShapeException misfit(String op, String form, Shape x, Shape weight, long groups) {
    return new ShapeException(
        "%s: input %s, weight %s = %s and %d groups do not fit"
            .formatted(op, x, form, weight, groups));
  }
}
