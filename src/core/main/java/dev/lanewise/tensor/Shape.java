package dev.lanewise.tensor;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The extents of a tensor, outermost first. Immutable. Rank 0 is a scalar of size 1; an extent of 0
 * makes an empty tensor. As in NumPy, the product of the non-zero extents must fit in a long.
 */
public final class Shape {
  private static final Shape SCALAR = new Shape(new long[0]);

  private final long[] dims;
  private final long size;

  /** The dense layout of this shape, made on first use. A race only makes it twice. */
  private @Nullable Layout contiguous;

  /** Takes over {@code dims}, which must not change afterwards. */
  private Shape(long[] dims) {
    this.dims = dims;
    this.size = product(dims);
  }

  /**
   * Returns a shape.
   *
   * @param dims the extents, outermost first; none makes a scalar
   * @return the shape
   * @throws ShapeException if an extent is negative or the number of elements exceeds 2^63 - 1
   */
  public static Shape of(long... dims) {
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  /**
   * Returns the shape of a scalar: rank 0, one element.
   *
   * @return {@code []}
   */
  public static Shape scalar() {
    return SCALAR;
  }

  /** As {@link #of}, taking the array over. */
  static Shape owning(long[] dims) {
    return dims.length == 0 ? SCALAR : new Shape(dims);
  }

  private static long product(long[] dims) {
    long product = 1;
    boolean empty = false;
    for (long dim : dims) {
      if (dim < 0) {
        throw new ShapeException("shape " + Arrays.toString(dims) + " has a negative dimension");
      }
      if (dim == 0) {
        empty = true;
      } else if (Math.multiplyHigh(product, dim) != 0 || product * dim < 0) {
        throw new ShapeException(
            "shape " + Arrays.toString(dims) + " has more than 2^63 - 1 elements");
      } else {
        product *= dim;
      }
    }
    return empty ? 0 : product;
  }

  /**
   * Returns the number of axes.
   *
   * @return 0 for a scalar
   */
  public int rank() {
    return dims.length;
  }

  /**
   * Returns the extent of an axis.
   *
   * @param axis 0 to rank - 1, or negative to count from the end
   * @return the extent
   * @throws ShapeException if there is no such axis
   */
  public long dim(int axis) {
    return dims[axis(axis)];
  }

  /**
   * Returns the extents.
   *
   * @return a fresh array, outermost first
   */
  public long[] dims() {
    return dims.clone();
  }

  /**
   * Returns the number of elements.
   *
   * @return the product of the extents; 1 for a scalar
   */
  public long size() {
    return size;
  }

  /**
   * Normalises an axis.
   *
   * @param axis 0 to rank - 1, or negative to count from the end
   * @return the axis counted from 0
   * @throws ShapeException if there is no such axis
   */
  public int axis(int axis) {
    int normal = axis < 0 ? axis + dims.length : axis;
    if (normal < 0 || normal >= dims.length) {
      throw new ShapeException("axis " + axis + " is out of range for shape " + this);
    }
    return normal;
  }

  /**
   * Replaces an extent.
   *
   * @param axis the axis, negative counts from the end
   * @param dim its new extent
   * @return the new shape
   * @throws ShapeException if there is no such axis or the extent is negative
   */
  public Shape with(int axis, long dim) {
    long[] changed = dims.clone();
    changed[axis(axis)] = dim;
    return new Shape(changed);
  }

  /**
   * Removes an axis.
   *
   * @param axis the axis, negative counts from the end
   * @return the shape of one rank less
   * @throws ShapeException if there is no such axis
   */
  public Shape without(int axis) {
    int at = axis(axis);
    long[] fewer = new long[dims.length - 1];
    System.arraycopy(dims, 0, fewer, 0, at);
    System.arraycopy(dims, at + 1, fewer, at, fewer.length - at);
    return owning(fewer);
  }

  /**
   * Works out the extents for a reshape.
   *
   * @param dims the extents; one may be -1 and is then what makes up the size
   * @return the shape of these extents, of the size of this if one was -1
   * @throws ShapeException if no such extent exists, or two are -1
   */
  public Shape reshape(long... dims) {
    return Reshape.infer(this, dims);
  }

  /**
   * Inserts an axis.
   *
   * @param axis where the new axis will be, 0 to rank; negative counts from the end of the result,
   *     so that -1 appends
   * @param dim its extent
   * @return the shape of one rank more
   * @throws ShapeException if the place is out of range or the extent is negative
   */
  public Shape insert(int axis, long dim) {
    int at = axis < 0 ? axis + dims.length + 1 : axis;
    if (at < 0 || at > dims.length) {
      throw new ShapeException("cannot insert axis " + axis + " into shape " + this);
    }
    long[] more = new long[dims.length + 1];
    System.arraycopy(dims, 0, more, 0, at);
    more[at] = dim;
    System.arraycopy(dims, at, more, at + 1, dims.length - at);
    return new Shape(more);
  }

  /**
   * Returns the common shape of two operands by NumPy's rule: aligned at the last axis, extents are
   * equal or one of them is 1.
   *
   * @param op the operation's name, for the message
   * @param a the first operand's shape
   * @param b the second operand's shape
   * @return the shape of the result
   * @throws ShapeException if the shapes do not broadcast
   */
  public static Shape broadcast(String op, Shape a, Shape b) {
    if (Arrays.equals(a.dims, b.dims)) {
      return a;
    }
    int rank = Math.max(a.rank(), b.rank());
    long[] common = new long[rank];
    for (int i = 1; i <= rank; i++) {
      long x = i <= a.rank() ? a.dims[a.rank() - i] : 1;
      long y = i <= b.rank() ? b.dims[b.rank() - i] : 1;
      if (x != y && x != 1 && y != 1) {
        throw new ShapeException(op + ": shapes do not broadcast: " + a + " x " + b);
      }
      common[rank - i] = x == 1 ? y : x;
    }
    return owning(common);
  }

  /** The extent of an axis known to be in range. */
  long at(int axis) {
    return dims[axis];
  }

  /** The dense row-major layout, shared by all who ask. */
  Layout contiguous() {
    Layout layout = contiguous;
    if (layout == null) {
      layout = Layout.dense(this, 0);
      contiguous = layout;
    }
    return layout;
  }

  /** The bytes a dense tensor of this shape takes. */
  long byteSize(DType dtype) {
    if (size > Long.MAX_VALUE / 16) {
      throw new ShapeException(
          "a " + dtype + " tensor of shape " + this + " does not fit in the address space");
    }
    return size * dtype.bytes();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || (other instanceof Shape shape && Arrays.equals(dims, shape.dims));
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** Returns the extents, as in {@code [64, 128]}. */
  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
