package dev.lanewise.tensor;

import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * A view of elements in off-heap memory: a dtype, a {@link Layout}, and a place. It never owns the
 * memory; a {@link Scope}, a {@link TensorStore} or the caller of {@link #wrap} does. Permuting,
 * slicing, reshaping and broadcasting give further views of the same elements and copy nothing.
 *
 * <p>Reading, writing and copying throw {@link IllegalStateException} once the owner was reset or
 * closed. {@link #address} makes that check in checked mode only ({@code -Dlanewise.checked=true},
 * the default where assertions are enabled). Closing an owner while another thread reads is a race
 * that no mode detects.
 *
 * <p>Values convert between dtypes thus: to a floating type, rounded to nearest, ties to even,
 * large ones to infinity; to an integer type, truncated toward zero, and NaN or a value out of
 * range is a {@link DTypeException}; to BOOL, 1 unless zero.
 */
public final class Tensor {
  private static final long MAX_ARRAY = Integer.MAX_VALUE - 7;

  private final DType dtype;
  private final Layout layout;

  /** Of the element at the layout's offset. */
  private final long address;

  private final Lifetime lifetime;
  private final int generation;

  private Tensor(DType dtype, Layout layout, long address, Lifetime lifetime, int generation) {
    this.dtype = dtype;
    this.layout = layout;
    this.address = address;
    this.lifetime = lifetime;
    this.generation = generation;
  }

  /** A tensor of the owner's present generation. */
  Tensor(DType dtype, Layout layout, long address, Lifetime lifetime) {
    this(dtype, layout, address, lifetime, lifetime.generation);
  }

  /**
   * Makes a dense tensor of memory that belongs to the caller, without copying. The segment must
   * outlive the tensor. If it is read-only, so is the tensor.
   *
   * @param segment native, of exactly the tensor's size
   * @param dtype the element type
   * @param shape the shape
   * @return the tensor
   * @throws IllegalArgumentException if the segment lies on the heap or is not aligned
   * @throws ShapeException if its size is not that of the tensor
   */
  public static Tensor wrap(MemorySegment segment, DType dtype, Shape shape) {
    if (!segment.isNative()) {
      throw new IllegalArgumentException(
          "wrap: the segment is on the Java heap; use a native one, or copyFrom for arrays");
    }
    if (segment.address() % dtype.bytes() != 0) {
      throw new IllegalArgumentException(
          "wrap: the segment's address %#x is not a multiple of %d, as %s needs"
              .formatted(segment.address(), dtype.bytes(), dtype));
    }
    if (segment.byteSize() != shape.byteSize(dtype)) {
      throw new ShapeException(
          "wrap: %s %s takes %d bytes, the segment has %d"
              .formatted(dtype, shape, shape.byteSize(dtype), segment.byteSize()));
    }
    Lifetime lifetime = new Lifetime("wrapped segment", segment);
    return new Tensor(dtype, shape.contiguous(), segment.address(), lifetime);
  }

  /**
   * Returns the element type.
   *
   * @return the dtype
   */
  public DType dtype() {
    return dtype;
  }

  /**
   * Returns the shape.
   *
   * @return the extents
   */
  public Shape shape() {
    return layout.shape();
  }

  /**
   * Returns the layout.
   *
   * @return shape, strides and offset
   */
  public Layout layout() {
    return layout;
  }

  /**
   * Returns the number of axes.
   *
   * @return 0 for a scalar
   */
  public int rank() {
    return layout.shape().rank();
  }

  /**
   * Returns the extent of an axis.
   *
   * @param axis the axis, negative counts from the end
   * @return the extent
   * @throws ShapeException if there is no such axis
   */
  public long dim(int axis) {
    return layout.shape().dim(axis);
  }

  /**
   * Returns the number of elements.
   *
   * @return the product of the extents
   */
  public long size() {
    return layout.shape().size();
  }

  /**
   * Says whether the elements lie in row-major order without gaps.
   *
   * @return true if so
   */
  public boolean isContiguous() {
    return layout.isContiguous();
  }

  /**
   * Says whether the memory may only be read, as that of a mapped file. Writing, filling and
   * copying to such a tensor throw {@link UnsupportedOperationException}, and a tape works on a
   * copy: native code that meets a file cut short meanwhile would end the process.
   *
   * @return true if so
   */
  public boolean isReadOnly() {
    return lifetime.isReadOnly();
  }

  /**
   * Says whether the memory behind this tensor is still its own.
   *
   * @return false once the owner was reset or closed
   */
  public boolean isAlive() {
    return lifetime.isAlive(generation);
  }

  /**
   * Returns where the first element lies, that is the one at the layout's offset.
   *
   * @return the absolute address
   * @throws IllegalStateException in checked mode, if the owner was reset or closed
   */
  public long address() {
    if (Lifetime.CHECKED) {
      requireAlive();
    }
    return address;
  }

  /**
   * Returns the bytes of a contiguous tensor, without copying. Do not use them after the owner was
   * reset or closed: the segment cannot tell.
   *
   * @return a native segment of exactly the tensor's size
   * @throws ShapeException if the tensor is not contiguous
   */
  public MemorySegment segment() {
    requireAlive();
    if (!isContiguous()) {
      throw new ShapeException(
          "segment: the tensor is not contiguous: " + layout + "; copy it with Scope.copy first");
    }
    MemorySegment bytes = NativeMemory.ALL.asSlice(address, byteSize());
    return isReadOnly() ? bytes.asReadOnly() : bytes;
  }

  private long byteSize() {
    return layout.shape().byteSize(dtype);
  }

  /**
   * Reorders the axes.
   *
   * @param axes for each axis of the result, the axis it comes from; negative counts from the end
   * @return a view
   * @throws ShapeException if {@code axes} is not a permutation of all axes
   */
  public Tensor permute(int... axes) {
    return view(layout.permute(axes));
  }

  /**
   * Reverses the axes; a matrix is transposed.
   *
   * @return a view
   */
  public Tensor transpose() {
    int[] axes = new int[rank()];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = axes.length - 1 - i;
    }
    return permute(axes);
  }

  /**
   * Swaps two axes.
   *
   * @param a one axis, negative counts from the end
   * @param b the other
   * @return a view
   * @throws ShapeException if there is no such axis
   */
  public Tensor transpose(int a, int b) {
    int[] axes = new int[rank()];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = i;
    }
    axes[shape().axis(a)] = shape().axis(b);
    axes[shape().axis(b)] = shape().axis(a);
    return permute(axes);
  }

  /**
   * Keeps a range of an axis.
   *
   * @param axis the axis, negative counts from the end
   * @param from first index
   * @param to end, exclusive
   * @return a view
   * @throws ShapeException if the range leaves the axis
   */
  public Tensor slice(int axis, long from, long to) {
    return view(layout.slice(axis, from, to, 1));
  }

  /**
   * Keeps every {@code step}-th index of a range of an axis.
   *
   * @param axis the axis, negative counts from the end
   * @param from first index
   * @param to end, exclusive
   * @param step at least 1
   * @return a view
   * @throws ShapeException if the range leaves the axis or the step is not positive
   */
  public Tensor slice(int axis, long from, long to, long step) {
    return view(layout.slice(axis, from, to, step));
  }

  /**
   * Fixes an axis at one index and drops it: row {@code i} of a matrix is {@code select(0, i)}.
   *
   * @param axis the axis, negative counts from the end
   * @param index 0 to extent - 1
   * @return a view of one rank less
   * @throws ShapeException if the index is not within the axis
   */
  public Tensor select(int axis, long index) {
    return view(layout.select(axis, index));
  }

  /**
   * Gives the elements another shape of the same size, in row-major order.
   *
   * @param dims the new extents; one may be -1 and is then inferred
   * @return a view
   * @throws ShapeException if the sizes differ, or the tensor is not contiguous enough for a view
   */
  public Tensor reshape(long... dims) {
    return reshape(shape().reshape(dims));
  }

  /**
   * Gives the elements another shape of the same size, in row-major order.
   *
   * @param target the new shape
   * @return a view
   * @throws ShapeException if the sizes differ, or the tensor is not contiguous enough for a view
   */
  public Tensor reshape(Shape target) {
    Layout reshaped = layout.reshaped(target);
    if (reshaped == null) {
      throw new ShapeException(
          "reshape: no view has shape %s, the tensor is not contiguous: %s; use Scope.copy first"
              .formatted(target, layout));
    }
    return view(reshaped);
  }

  /**
   * Repeats axes of extent 1, and adds axes in front. The view cannot be written to.
   *
   * @param target the shape to reach
   * @return a view
   * @throws ShapeException if the shape does not broadcast to {@code target}
   */
  public Tensor broadcastTo(Shape target) {
    return view(layout.broadcastTo(target));
  }

  private Tensor view(Layout changed) {
    long moved = changed.offset() - layout.offset();
    return new Tensor(dtype, changed, address + moved * dtype.bytes(), lifetime, generation);
  }

  /**
   * Reads an element.
   *
   * @param index one index per axis
   * @return its value, converted
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public float getFloat(long... index) {
    return Elements.getFloat(dtype, element(index));
  }

  /**
   * Reads an element.
   *
   * @param index one index per axis
   * @return its value, converted
   * @throws IndexOutOfBoundsException if there is no such element
   */
  public double getDouble(long... index) {
    return Elements.get(dtype, element(index));
  }

  /**
   * Reads an element.
   *
   * @param index one index per axis
   * @return its value, converted
   * @throws IndexOutOfBoundsException if there is no such element
   * @throws DTypeException if an int cannot hold the value
   */
  public int getInt(long... index) {
    return Elements.toInt(Elements.get(dtype, element(index)));
  }

  /**
   * Reads an element.
   *
   * @param index one index per axis
   * @return its value, converted
   * @throws IndexOutOfBoundsException if there is no such element
   * @throws DTypeException if a long cannot hold the value
   */
  public long getLong(long... index) {
    return Elements.getLong(dtype, element(index));
  }

  /**
   * Writes an element.
   *
   * @param value the value, converted to the dtype
   * @param index one index per axis
   * @throws IndexOutOfBoundsException if there is no such element
   * @throws DTypeException if the dtype cannot hold the value
   */
  public void setFloat(float value, long... index) {
    setDouble(value, index);
  }

  /**
   * Writes an element.
   *
   * @param value the value, converted to the dtype
   * @param index one index per axis
   * @throws IndexOutOfBoundsException if there is no such element
   * @throws DTypeException if the dtype cannot hold the value
   */
  public void setDouble(double value, long... index) {
    requireWritable("set");
    Elements.set(dtype, element(index), value);
  }

  /**
   * Writes an element.
   *
   * @param value the value, converted to the dtype
   * @param index one index per axis
   * @throws IndexOutOfBoundsException if there is no such element
   * @throws DTypeException if the dtype cannot hold the value
   */
  public void setInt(int value, long... index) {
    setLong(value, index);
  }

  /**
   * Writes an element.
   *
   * @param value the value, converted to the dtype
   * @param index one index per axis
   * @throws IndexOutOfBoundsException if there is no such element
   * @throws DTypeException if the dtype cannot hold the value
   */
  public void setLong(long value, long... index) {
    requireWritable("set");
    Elements.setLong(dtype, element(index), value);
  }

  /** The address of an element, checked against shape and lifetime. */
  private long element(long[] index) {
    requireAlive();
    Shape shape = layout.shape();
    boolean inside = index.length == shape.rank();
    long at = 0;
    for (int i = 0; inside && i < index.length; i++) {
      inside = index[i] >= 0 && index[i] < shape.at(i);
      at += index[i] * layout.at(i);
    }
    if (!inside) {
      throw new IndexOutOfBoundsException(
          "index " + Arrays.toString(index) + " is not within shape " + shape);
    }
    return address + at * dtype.bytes();
  }

  /**
   * Sets all elements.
   *
   * @param value the value, converted to the dtype
   * @return this
   * @throws DTypeException if the dtype cannot hold the value
   */
  public Tensor fill(double value) {
    requireAlive();
    requireWritable("fill");
    if (size() == 0) {
      return this;
    }
    Elements.set(dtype, address, value);
    if (isContiguous() && Double.doubleToRawLongBits(value) == 0) {
      Transfer.zero(address, byteSize());
    } else if (size() > 1) {
      Transfer.repeat(dtype, address, layout);
    }
    return this;
  }

  /**
   * Copies all elements of a tensor of the same shape. Dtypes convert as the class comment says; on
   * a {@link DTypeException} part of the elements may have been written. If the two overlap, the
   * result is as if the source had been read first.
   *
   * @param source the tensor to read, with any strides
   * @return this
   * @throws ShapeException if the shapes differ
   * @throws DTypeException if this dtype cannot hold a value
   */
  public Tensor copyFrom(Tensor source) {
    requireAlive();
    source.requireAlive();
    requireWritable("copyFrom");
    if (!shape().equals(source.shape())) {
      throw new ShapeException(
          "copyFrom: shapes differ: target %s, source %s; use reshape or broadcastTo"
              .formatted(shape(), source.shape()));
    }
    boolean plain = dtype == source.dtype && isContiguous() && source.isContiguous();
    if (plain || !overlaps(source)) {
      Transfer.copy(dtype, address, layout, source.dtype, source.address, source.layout);
    } else {
      try (Scope scope = Scope.open("copy between overlapping tensors")) {
        copyFrom(scope.copy(source));
      }
    }
    return this;
  }

  /**
   * Says whether the memory spans of two tensors meet. Interleaved views of the same memory count
   * as overlapping.
   *
   * @param other another tensor
   * @return false only if no element is shared
   */
  public boolean overlaps(Tensor other) {
    return size() > 0 && other.size() > 0 && address < other.end() && other.address < end();
  }

  private long end() {
    return address + (layout.reach() + 1) * dtype.bytes();
  }

  /**
   * Copies an array, row-major.
   *
   * @param source as many values as the tensor has elements, converted to its dtype
   * @return this
   * @throws ShapeException if the lengths differ
   * @throws DTypeException if the dtype cannot hold a value
   */
  public Tensor copyFrom(float[] source) {
    return copyFrom(DType.F32, MemorySegment.ofArray(source));
  }

  /**
   * Copies an array, row-major.
   *
   * @param source as many values as the tensor has elements, converted to its dtype
   * @return this
   * @throws ShapeException if the lengths differ
   * @throws DTypeException if the dtype cannot hold a value
   */
  public Tensor copyFrom(double[] source) {
    return copyFrom(DType.F64, MemorySegment.ofArray(source));
  }

  /**
   * Copies an array, row-major.
   *
   * @param source as many values as the tensor has elements, converted to its dtype
   * @return this
   * @throws ShapeException if the lengths differ
   * @throws DTypeException if the dtype cannot hold a value
   */
  public Tensor copyFrom(int[] source) {
    return copyFrom(DType.I32, MemorySegment.ofArray(source));
  }

  /**
   * Copies an array, row-major.
   *
   * @param source as many values as the tensor has elements, converted to its dtype
   * @return this
   * @throws ShapeException if the lengths differ
   * @throws DTypeException if the dtype cannot hold a value
   */
  public Tensor copyFrom(long[] source) {
    return copyFrom(DType.I64, MemorySegment.ofArray(source));
  }

  /**
   * Copies an array, row-major.
   *
   * @param source as many values as the tensor has elements, taken as unsigned and converted
   * @return this
   * @throws ShapeException if the lengths differ
   * @throws DTypeException if the dtype cannot hold a value
   */
  public Tensor copyFrom(byte[] source) {
    return copyFrom(DType.U8, MemorySegment.ofArray(source));
  }

  /**
   * Copies the remaining values of a buffer, row-major, and leaves its position alone.
   *
   * @param source a direct or heap buffer of either byte order: values are converted to the dtype,
   *     bytes are taken as unsigned
   * @return this
   * @throws ShapeException if the lengths differ
   * @throws DTypeException if the dtype cannot hold a value
   * @throws IllegalArgumentException if the buffer holds chars or shorts
   */
  public Tensor copyFrom(Buffer source) {
    int n = source.remaining();
    return switch (source) {
      case FloatBuffer b when b.order() != ByteOrder.nativeOrder() -> {
        float[] values = new float[n];
        b.duplicate().get(values);
        yield copyFrom(values);
      }
      case DoubleBuffer b when b.order() != ByteOrder.nativeOrder() -> {
        double[] values = new double[n];
        b.duplicate().get(values);
        yield copyFrom(values);
      }
      case IntBuffer b when b.order() != ByteOrder.nativeOrder() -> {
        int[] values = new int[n];
        b.duplicate().get(values);
        yield copyFrom(values);
      }
      case LongBuffer b when b.order() != ByteOrder.nativeOrder() -> {
        long[] values = new long[n];
        b.duplicate().get(values);
        yield copyFrom(values);
      }
      case FloatBuffer b -> copyFrom(DType.F32, MemorySegment.ofBuffer(b));
      case DoubleBuffer b -> copyFrom(DType.F64, MemorySegment.ofBuffer(b));
      case IntBuffer b -> copyFrom(DType.I32, MemorySegment.ofBuffer(b));
      case LongBuffer b -> copyFrom(DType.I64, MemorySegment.ofBuffer(b));
      case ByteBuffer b -> copyFrom(DType.U8, MemorySegment.ofBuffer(b));
      default ->
          throw new IllegalArgumentException(
              "copyFrom: a buffer of float, double, int, long or byte is needed, not " + source);
    };
  }

  private Tensor copyFrom(DType type, MemorySegment source) {
    requireAlive();
    requireWritable("copyFrom");
    long length = source.byteSize() / type.bytes();
    if (length != size()) {
      throw new ShapeException(
          "copyFrom: %d values for the %d elements of %s".formatted(length, size(), shape()));
    }
    Transfer.fromHeap(dtype, address, layout, type, source);
    return this;
  }

  /**
   * Copies all elements into an array, row-major.
   *
   * @return the values, converted
   * @throws ShapeException if there are more than an array can hold
   */
  public float[] toFloats() {
    float[] target = new float[arrayLength()];
    Transfer.toHeap(DType.F32, MemorySegment.ofArray(target), dtype, address, layout);
    return target;
  }

  /**
   * Copies all elements into an array, row-major.
   *
   * @return the values, converted
   * @throws ShapeException if there are more than an array can hold
   */
  public double[] toDoubles() {
    double[] target = new double[arrayLength()];
    Transfer.toHeap(DType.F64, MemorySegment.ofArray(target), dtype, address, layout);
    return target;
  }

  /**
   * Copies all elements into an array, row-major.
   *
   * @return the values, converted
   * @throws ShapeException if there are more than an array can hold
   * @throws DTypeException if an int cannot hold a value
   */
  public int[] toInts() {
    int[] target = new int[arrayLength()];
    Transfer.toHeap(DType.I32, MemorySegment.ofArray(target), dtype, address, layout);
    return target;
  }

  /**
   * Copies all elements into an array, row-major.
   *
   * @return the values, converted
   * @throws ShapeException if there are more than an array can hold
   * @throws DTypeException if a long cannot hold a value
   */
  public long[] toLongs() {
    long[] target = new long[arrayLength()];
    if (dtype == DType.I32) { // class indices, of every batch: no need to go through double
      int[] values = toInts();
      for (int i = 0; i < target.length; i++) {
        target[i] = values[i];
      }
      return target;
    }
    Transfer.toHeap(DType.I64, MemorySegment.ofArray(target), dtype, address, layout);
    return target;
  }

  private int arrayLength() {
    requireAlive();
    if (size() > MAX_ARRAY) {
      throw new ShapeException(
          "a tensor of shape " + shape() + " does not fit into a Java array; slice it first");
    }
    return (int) size();
  }

  long rawAddress() {
    return address;
  }

  private void requireAlive() {
    if (!lifetime.isAlive(generation)) {
      throw lifetime.dead(dtype, layout.shape());
    }
  }

  private void requireWritable(String operation) {
    if (isReadOnly()) {
      throw new UnsupportedOperationException(
          operation + ": the target is read-only, as a mapped file is; write to a Scope.copy");
    }
    if (layout.isBroadcast()) {
      throw new ShapeException(
          operation + ": the target repeats elements (" + layout + "); write to the original");
    }
  }

  /**
   * Returns dtype, shape and elements, as in {@code Tensor F32 [2, 2] [[1.0, 2.0], [3.0, 4.0]]};
   * the middle of long axes is left out.
   */
  @Override
  public String toString() {
    return TensorText.of(this);
  }
}
