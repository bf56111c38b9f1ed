package dev.lanewise.tensor;

import dev.lanewise.tensor.SlabPool.Slab;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Owns tensors that die together, such as those of one training step. Allocating adds to a pointer;
 * {@link #reset} rewinds it and keeps the memory, so a loop that resets allocates nothing after its
 * first rounds. Every tensor starts at a multiple of 64 bytes.
 *
 * <p>A scope serves one thread at a time. Its tensors may be used by any thread until the scope is
 * reset or closed.
 */
public final class Scope implements AutoCloseable {
  private static final long ALIGNMENT = 64;

  private final SlabPool pool;
  private final Lifetime lifetime;
  private final List<Slab> slabs = new ArrayList<>();
  private int current = -1;

  /** The free part of the current slab. Both are 0 when there is none. */
  private long top;

  private long limit;

  /** Bytes handed out from the slabs before the current one. */
  private long earlier;

  Scope(SlabPool pool, String label) {
    this.pool = pool;
    this.lifetime = new Lifetime("scope '" + label + "'", null);
  }

  /**
   * Opens a scope. It takes memory with its first tensor.
   *
   * @return the scope
   */
  public static Scope open() {
    return open("unnamed");
  }

  /**
   * Opens a scope with a name for messages.
   *
   * @param label what it is for, as in {@code training step}
   * @return the scope
   */
  public static Scope open(String label) {
    return new Scope(OffHeap.POOL, label);
  }

  /**
   * Allocates a dense tensor whose contents are undefined.
   *
   * @param dtype its element type
   * @param shape its shape
   * @return the tensor, alive until {@link #reset} or {@link #close}
   * @throws OffHeapBudgetException if the budget does not allow it; the scope stays as it was
   * @throws IllegalStateException if the scope is closed
   */
  public Tensor allocate(DType dtype, Shape shape) {
    long address = claim(shape.byteSize(dtype));
    return new Tensor(dtype, shape.contiguous(), address, lifetime);
  }

  /**
   * Allocates a dense tensor of zeros.
   *
   * @param dtype its element type
   * @param shape its shape
   * @return the tensor
   * @throws OffHeapBudgetException if the budget does not allow it
   */
  public Tensor zeros(DType dtype, Shape shape) {
    Tensor tensor = allocate(dtype, shape);
    Transfer.zero(tensor.rawAddress(), shape.byteSize(dtype));
    return tensor;
  }

  /**
   * Allocates an F32 tensor with the given contents.
   *
   * @param data the elements in row-major order
   * @param dims the shape; none means one axis of the array's length
   * @return the tensor
   * @throws ShapeException if the number of elements differs
   */
  public Tensor of(float[] data, long... dims) {
    return allocate(DType.F32, shape(data.length, dims)).copyFrom(data);
  }

  /**
   * Allocates an F64 tensor with the given contents.
   *
   * @param data the elements in row-major order
   * @param dims the shape; none means one axis of the array's length
   * @return the tensor
   * @throws ShapeException if the number of elements differs
   */
  public Tensor of(double[] data, long... dims) {
    return allocate(DType.F64, shape(data.length, dims)).copyFrom(data);
  }

  /**
   * Allocates an I32 tensor with the given contents.
   *
   * @param data the elements in row-major order
   * @param dims the shape; none means one axis of the array's length
   * @return the tensor
   * @throws ShapeException if the number of elements differs
   */
  public Tensor of(int[] data, long... dims) {
    return allocate(DType.I32, shape(data.length, dims)).copyFrom(data);
  }

  /**
   * Allocates an I64 tensor with the given contents.
   *
   * @param data the elements in row-major order
   * @param dims the shape; none means one axis of the array's length
   * @return the tensor
   * @throws ShapeException if the number of elements differs
   */
  public Tensor of(long[] data, long... dims) {
    return allocate(DType.I64, shape(data.length, dims)).copyFrom(data);
  }

  /**
   * Allocates a U8 tensor with the given contents.
   *
   * @param data the elements in row-major order, taken as unsigned
   * @param dims the shape; none means one axis of the array's length
   * @return the tensor
   * @throws ShapeException if the number of elements differs
   */
  public Tensor of(byte[] data, long... dims) {
    return allocate(DType.U8, shape(data.length, dims)).copyFrom(data);
  }

  /**
   * Allocates an F32 scalar.
   *
   * @param value its value
   * @return a tensor of rank 0
   */
  public Tensor scalar(float value) {
    return allocate(DType.F32, Shape.scalar()).fill(value);
  }

  /**
   * Allocates an F64 scalar.
   *
   * @param value its value
   * @return a tensor of rank 0
   */
  public Tensor scalar(double value) {
    return allocate(DType.F64, Shape.scalar()).fill(value);
  }

  /**
   * Allocates a dense copy.
   *
   * @param source any tensor, also a strided view
   * @return a tensor of the same dtype and shape
   */
  public Tensor copy(Tensor source) {
    return copy(source, source.dtype());
  }

  /**
   * Allocates a dense copy of another element type; {@link Tensor#copyFrom(Tensor)} says how values
   * convert.
   *
   * @param source any tensor, also a strided view
   * @param dtype the element type of the copy
   * @return a tensor of the same shape
   * @throws DTypeException if {@code dtype} cannot hold a value
   */
  public Tensor copy(Tensor source, DType dtype) {
    return allocate(dtype, source.shape()).copyFrom(source);
  }

  /**
   * Forgets all tensors and keeps the memory for the next ones.
   *
   * @throws IllegalStateException if the scope is closed
   */
  public void reset() {
    lifetime.requireOpen();
    lifetime.generation++;
    earlier = 0;
    current = -1;
    top = 0;
    limit = 0;
    if (!slabs.isEmpty()) {
      enter(0);
    }
  }

  /** Gives the memory back. Closing twice is harmless. */
  @Override
  public void close() {
    if (lifetime.closed) {
      return;
    }
    lifetime.end();
    top = 0;
    limit = 0;
    earlier = 0;
    current = -1;
    for (Slab slab : slabs) {
      pool.release(slab, lifetime);
    }
    slabs.clear();
  }

  /**
   * Returns the memory handed out since the scope was opened or reset.
   *
   * @return bytes, with each tensor rounded up to 64
   */
  public long liveBytes() {
    return current < 0 ? 0 : earlier + top - slabs.get(current).address();
  }

  /**
   * Returns the memory this scope holds. It stops growing in the steady state.
   *
   * @return bytes of all its slabs
   */
  public long capacityBytes() {
    long total = 0;
    for (Slab slab : slabs) {
      total += slab.bytes();
    }
    return total;
  }

  int slabCount() {
    return slabs.size();
  }

  private static Shape shape(int length, long[] dims) {
    return dims.length == 0 ? Shape.of(length) : Shape.of(dims);
  }

  private long claim(long bytes) {
    // An empty tensor takes 64 bytes too, so that its address is a real one.
    long rounded = Math.max((bytes + ALIGNMENT - 1) & -ALIGNMENT, ALIGNMENT);
    if (rounded > limit - top) {
      advance(rounded);
    }
    long address = top;
    top += rounded;
    return address;
  }

  /**
   * Moves on to a slab with room for {@code bytes}. A later slab that fits is swapped forward, so
   * those passed over stay usable, and after a reset the same requests find the same slabs.
   */
  private void advance(long bytes) {
    lifetime.requireOpen();
    int next = current + 1;
    int fit = next;
    while (fit < slabs.size() && slabs.get(fit).bytes() < bytes) {
      fit++;
    }
    if (fit == slabs.size()) {
      slabs.add(pool.acquire(bytes, Math.max(bytes, capacityBytes()), lifetime));
    }
    Collections.swap(slabs, next, fit);
    earlier = liveBytes();
    enter(next);
  }

  private void enter(int index) {
    Slab slab = slabs.get(index);
    current = index;
    top = slab.address();
    limit = top + slab.bytes();
  }
}
