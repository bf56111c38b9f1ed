package dev.lanewise.tensor;

import dev.lanewise.tensor.SlabPool.Slab;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Owns named tensors of one dtype in one slab, such as all parameters of a model. Each starts at a
 * multiple of 64 bytes; {@link #flat} spans them all, so that one pass updates everything.
 */
public final class TensorStore implements AutoCloseable {
  private static final long ALIGNMENT = 64;

  private final SlabPool pool;
  private final String label;
  private final DType dtype;
  private final Map<String, Shape> shapes;
  private final Lifetime lifetime;
  private final Slab slab;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final List<String> names;
  private final Tensor flat;
  private final long parameterCount;

  private TensorStore(SlabPool pool, String label, DType dtype, Map<String, Shape> shapes) {
    this.pool = pool;
    this.label = label;
    this.dtype = dtype;
    this.shapes = shapes;
    this.lifetime = new Lifetime("store '" + label + "'", null);
    this.names = List.copyOf(shapes.keySet());
    long bytes = 0;
    long count = 0;
    for (Map.Entry<String, Shape> entry : shapes.entrySet()) {
      bytes += paddedBytes(entry.getValue());
      count += entry.getValue().size();
      if (bytes < 0 || bytes > Long.MAX_VALUE / 2) {
        throw new ShapeException(
            "store '" + label + "' does not fit in the address space at '" + entry.getKey() + "'");
      }
    }
    this.parameterCount = count;
    long atLeast = Math.max(bytes, ALIGNMENT);
    this.slab = pool.acquire(atLeast, atLeast, lifetime);
    if (!slab.fresh()) {
      Transfer.zero(slab.address(), bytes);
    }
    this.flat = tensor(Shape.of(bytes / dtype.bytes()), slab.address());
    long at = slab.address();
    for (Map.Entry<String, Shape> entry : shapes.entrySet()) {
      tensors.put(entry.getKey(), tensor(entry.getValue(), at));
      at += paddedBytes(entry.getValue());
    }
  }

  private long paddedBytes(Shape shape) {
    return (shape.byteSize(dtype) + ALIGNMENT - 1) & -ALIGNMENT;
  }

  private Tensor tensor(Shape shape, long address) {
    return new Tensor(dtype, shape.contiguous(), address, lifetime);
  }

  /**
   * Starts a store.
   *
   * @param dtype the element type of all its tensors
   * @return a builder without tensors
   */
  public static Builder builder(DType dtype) {
    return new Builder(OffHeap.POOL, dtype);
  }

  /**
   * Makes a store of the same names, shapes and dtype, for gradients or optimizer state.
   *
   * @return the new store, zero-filled, with the same {@link #flat} length
   * @throws OffHeapBudgetException if the budget does not allow it
   */
  public TensorStore like() {
    return like(label);
  }

  /**
   * As {@link #like()}, with a name of its own for messages.
   *
   * @param newLabel what the new store is for, as in {@code gradients}
   * @return the new store, zero-filled
   * @throws OffHeapBudgetException if the budget does not allow it
   */
  public TensorStore like(String newLabel) {
    return new TensorStore(pool, newLabel, dtype, shapes);
  }

  /**
   * Returns the element type.
   *
   * @return the dtype of all tensors
   */
  public DType dtype() {
    return dtype;
  }

  /**
   * Returns the names.
   *
   * @return in the order they were added, which is that of memory
   */
  public List<String> names() {
    return names;
  }

  /**
   * Says whether a tensor of this name exists.
   *
   * @param name the name
   * @return true if so
   */
  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  /**
   * Returns a tensor.
   *
   * @param name its name
   * @return the dense tensor, the same object each time
   * @throws IllegalArgumentException if there is none of this name
   */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "%s has no tensor '%s'; it has %s".formatted(lifetime.owner, name, names));
    }
    return tensor;
  }

  /**
   * Returns one tensor over the whole slab: all tensors in order, each padded to a multiple of 64
   * bytes. The padding is zero; who writes through this view keeps it so.
   *
   * @return a tensor of rank 1
   */
  public Tensor flat() {
    return flat;
  }

  /**
   * Returns the number of elements of all tensors.
   *
   * @return the count without padding
   */
  public long parameterCount() {
    return parameterCount;
  }

  /** Gives the memory back. Closing twice is harmless. */
  @Override
  public void close() {
    if (!lifetime.closed) {
      lifetime.end();
      pool.release(slab, lifetime);
    }
  }

  /** Collects names and shapes. */
  public static final class Builder {
    private final SlabPool pool;
    private final DType dtype;
    private final Map<String, Shape> shapes = new LinkedHashMap<>();
    private String label = "unnamed";

    Builder(SlabPool pool, DType dtype) {
      this.pool = pool;
      this.dtype = dtype;
    }

    /**
     * Names the store for messages.
     *
     * @param name what it is for, as in {@code parameters}
     * @return this
     */
    public Builder label(String name) {
      this.label = name;
      return this;
    }

    /**
     * Adds a tensor.
     *
     * @param name its name, unique in the store
     * @param shape its shape
     * @return this
     * @throws IllegalArgumentException if the name is taken
     */
    public Builder add(String name, Shape shape) {
      if (shapes.putIfAbsent(name, shape) != null) {
        throw new IllegalArgumentException(
            "store '" + label + "' already has a tensor '" + name + "'");
      }
      return this;
    }

    /**
     * Allocates the store.
     *
     * @return the store, zero-filled
     * @throws OffHeapBudgetException if the budget does not allow it
     */
    public TensorStore build() {
      return new TensorStore(pool, label, dtype, new LinkedHashMap<>(shapes));
    }
  }
}
