package dev.lanewise.tensor;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a shape lies in memory: a stride per axis and the offset of the first element, all counted in
 * elements. Immutable. Strides are never negative; 0 repeats an element along a broadcast axis.
 */
public final class Layout {
  private final Shape shape;
  private final long[] strides;
  private final long offset;
  private final boolean contiguous;

  private Layout(Shape shape, long[] strides, long offset, boolean contiguous) {
    this.shape = shape;
    this.strides = strides;
    this.offset = offset;
    this.contiguous = contiguous;
  }

  private Layout(Shape shape, long[] strides, long offset) {
    this(shape, strides, offset, isDense(shape, strides));
  }

  /**
   * Returns the dense row-major layout of a shape, at offset 0.
   *
   * @param shape the shape
   * @return its layout
   */
  public static Layout contiguous(Shape shape) {
    return shape.contiguous();
  }

  static Layout dense(Shape shape, long offset) {
    long[] strides = new long[shape.rank()];
    long stride = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= Math.max(1, shape.at(i));
    }
    return new Layout(shape, strides, offset, true);
  }

  /** Row-major without gaps. Axes of extent 1 do not count, and an empty tensor has no gaps. */
  private static boolean isDense(Shape shape, long[] strides) {
    if (shape.size() == 0) {
      return true;
    }
    long expected = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      long dim = shape.at(i);
      if (dim != 1) {
        if (strides[i] != expected) {
          return false;
        }
        expected *= dim;
      }
    }
    return true;
  }

  /**
   * Returns the shape.
   *
   * @return the extents
   */
  public Shape shape() {
    return shape;
  }

  /**
   * Returns the distance between neighbours along an axis.
   *
   * @param axis the axis, negative counts from the end
   * @return the stride in elements
   * @throws ShapeException if there is no such axis
   */
  public long stride(int axis) {
    return strides[shape.axis(axis)];
  }

  /**
   * Returns all strides.
   *
   * @return a fresh array, in elements, outermost first
   */
  public long[] strides() {
    return strides.clone();
  }

  /**
   * Returns where the first element lies.
   *
   * @return the offset in elements from the start of the storage
   */
  public long offset() {
    return offset;
  }

  /**
   * Says whether the elements lie in row-major order without gaps. The offset does not matter.
   *
   * @return true if so; always true for an empty shape
   */
  public boolean isContiguous() {
    return contiguous;
  }

  /**
   * Says whether elements share memory: an axis longer than 1 has stride 0.
   *
   * @return true for a broadcast view
   */
  public boolean isBroadcast() {
    if (contiguous) {
      return false;
    }
    for (int i = 0; i < strides.length; i++) {
      if (strides[i] == 0 && shape.at(i) > 1) {
        return true;
      }
    }
    return false;
  }

  /**
   * Reorders the axes.
   *
   * @param axes for each axis of the result, the axis it comes from; negative counts from the end
   * @return the view's layout
   * @throws ShapeException if {@code axes} is not a permutation of all axes
   */
  public Layout permute(int... axes) {
    int rank = strides.length;
    boolean[] seen = new boolean[rank];
    long[] dims = new long[rank];
    long[] permuted = new long[rank];
    boolean valid = axes.length == rank;
    for (int i = 0; valid && i < rank; i++) {
      int axis = shape.axis(axes[i]);
      valid = !seen[axis];
      seen[axis] = true;
      dims[i] = shape.at(axis);
      permuted[i] = strides[axis];
    }
    if (!valid) {
      throw new ShapeException(
          "permute: " + Arrays.toString(axes) + " does not name each axis of " + shape + " once");
    }
    return new Layout(Shape.owning(dims), permuted, offset);
  }

  /**
   * Keeps every {@code step}-th index of an axis from {@code from} up to but not including {@code
   * to}.
   *
   * @param axis the axis, negative counts from the end
   * @param from first index, 0 to {@code to}
   * @param to end, at most the extent
   * @param step at least 1
   * @return the view's layout
   * @throws ShapeException if the range leaves the axis or the step is not positive
   */
  public Layout slice(int axis, long from, long to, long step) {
    int at = shape.axis(axis);
    if (step < 1) {
      throw new ShapeException(
          "slice: step must be at least 1, got " + step + "; a view cannot run backwards");
    }
    if (from < 0 || to < from || to > shape.at(at)) {
      throw new ShapeException(
          "slice: [%d, %d) is not within axis %d of %s".formatted(from, to, axis, shape));
    }
    long length = to == from ? 0 : (to - from - 1) / step + 1;
    long[] changed = strides.clone();
    // With one element left the stride is never followed, and a huge step must not overflow it.
    changed[at] = length > 1 ? strides[at] * step : strides[at];
    return new Layout(shape.with(at, length), changed, offset + from * strides[at]);
  }

  /** Fixes an axis at one index and drops it. */
  Layout select(int axis, long index) {
    int at = shape.axis(axis);
    if (index < 0 || index >= shape.at(at)) {
      throw new ShapeException(
          "select: index %d is not within axis %d of %s".formatted(index, axis, shape));
    }
    long[] fewer = new long[strides.length - 1];
    System.arraycopy(strides, 0, fewer, 0, at);
    System.arraycopy(strides, at + 1, fewer, at, fewer.length - at);
    return new Layout(shape.without(at), fewer, offset + index * strides[at]);
  }

  /**
   * Repeats axes of extent 1, and adds axes in front, without copying.
   *
   * @param target the shape to reach
   * @return the view's layout, with stride 0 along repeated axes
   * @throws ShapeException if the shape does not broadcast to {@code target}
   */
  public Layout broadcastTo(Shape target) {
    if (target.equals(shape)) {
      return this;
    }
    int added = target.rank() - shape.rank();
    boolean fits = added >= 0;
    long[] repeated = new long[target.rank()];
    for (int i = 0; fits && i < strides.length; i++) {
      long dim = shape.at(i);
      fits = dim == target.at(i + added) || dim == 1;
      repeated[i + added] = dim == target.at(i + added) ? strides[i] : 0;
    }
    if (!fits) {
      throw new ShapeException("broadcastTo: " + shape + " does not broadcast to " + target);
    }
    return new Layout(target, repeated, offset);
  }

  /**
   * Gives the same elements, in row-major order, another shape without copying.
   *
   * @param target a shape of the same size
   * @return the view's layout, or empty when the strides make a copy necessary
   * @throws ShapeException if the sizes differ
   */
  public Optional<Layout> reshape(Shape target) {
    return Optional.ofNullable(reshaped(target));
  }

  @Nullable Layout reshaped(Shape target) {
    if (target.size() != shape.size()) {
      throw new ShapeException(
          "reshape: %s has %d elements, %s has %d"
              .formatted(shape, shape.size(), target, target.size()));
    }
    if (contiguous) {
      return offset == 0 ? target.contiguous() : dense(target, offset);
    }
    long[] result = Reshape.strides(shape, strides, target);
    return result == null ? null : new Layout(target, result, offset);
  }

  /** The stride of an axis known to be in range. */
  long at(int axis) {
    return strides[axis];
  }

  /** How far the last element lies behind the first, in elements; -1 when there is none. */
  long reach() {
    long reach = shape.size() == 0 ? -1 : 0;
    for (int i = 0; reach >= 0 && i < strides.length; i++) {
      reach += (shape.at(i) - 1) * strides[i];
    }
    return reach;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Layout layout
        && offset == layout.offset
        && shape.equals(layout.shape)
        && Arrays.equals(strides, layout.strides);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * shape.hashCode() + Arrays.hashCode(strides)) + Long.hashCode(offset);
  }

  @Override
  public String toString() {
    return shape + " strides " + Arrays.toString(strides) + " offset " + offset;
  }
}
