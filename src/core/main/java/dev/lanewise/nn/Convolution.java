package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Window;
import org.jspecify.annotations.Nullable;

/**
 * Convolution and pooling of images [n, c, h, w] as functions; names, formulas and weight shapes
 * are those of {@code torch.nn.functional}. A convolution is a matrix product with the images'
 * patches, its sums in the order (channel, kh, kw); pooling is a reduction over them.
 */
public final class Convolution {
  private Convolution() {}

  /**
   * Convolution (without flipping the kernel) of x [n, in, h, w] to [n, out, oh, ow].
   *
   * @param weight [out, in / groups, kh, kw]
   * @param bias [out], or null
   * @param rows the windows along h, whose kernel is kh
   * @param columns the windows along w, whose kernel is kw
   * @param groups output group i sees input group i only
   */
  public static Var conv2d(
      Var x, Var weight, @Nullable Var bias, Window rows, Window columns, long groups) {
    Shape s = x.shape();
    Shape w = weight.shape();
    if (s.rank() != 4 || w.rank() != 4 || s.dim(1) != w.dim(1) * groups) {
      throw misfit("conv2d", "[out, in / groups, kh, kw]", s, w, groups);
    }
    if (w.dim(0) % groups != 0 || w.dim(2) != rows.kernel() || w.dim(3) != columns.kernel()) {
      throw misfit("conv2d", "[out, in / groups, kh, kw]", s, w, groups);
    }
    if (groups == 1 && isPlain(rows) && isPlain(columns)) {
      return x.conv2d(weight, bias, rows, columns);
    }
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

  private static boolean isPlain(Window window) {
    return window.stride() == 1 && window.padding() < window.extent();
  }

  /**
   * Convolution of x [n, in, l] to [n, out, ol].
   *
   * @param weight [out, in / groups, k]
   * @param bias [out], or null
   * @param window the windows along l, whose kernel is k
   * @param groups output group i sees input group i only
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
   * @param weight [in, out / groups, kh, kw]
   * @param bias [out], or null
   * @param rows the windows along oh, whose kernel is kh
   * @param columns the windows along ow, whose kernel is kw
   * @param outputPadding rows and columns that the result has more than the windows reach; below
   *     the strides
   * @param groups output group i sees input group i only
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
   * The largest element of each window; padding never is. Elements that attain it share the
   * gradient.
   */
  public static Var maxPool2d(Var x, Window rows, Window columns) {
    checkPadding("max_pool2d", rows);
    checkPadding("max_pool2d", columns);
    Window halving = Window.of(2).stride(2);
    if (rows.equals(halving) && columns.equals(halving)) {
      return x.maxPool2x2();
    }
    return x.unfold(rows, columns, Double.NEGATIVE_INFINITY).amax(false, 2, 3);
  }

  /**
   * The mean of each window.
   *
   * @param countIncludePad whether padding counts as zeros, rather than not at all
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
