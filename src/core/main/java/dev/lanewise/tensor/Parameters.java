package dev.lanewise.tensor;

import java.util.List;

/**
 * The trainable tensors of a model: values and gradients, each in one flat slab with the same
 * layout. This is where automatic differentiation (which writes gradients) and optimizers (which
 * read them and change values) meet.
 */
public final class Parameters implements AutoCloseable {
  private final TensorStore values;
  private final TensorStore gradients;

  /** Takes ownership of {@code values} and adds gradients of the same layout, all zero. */
  public Parameters(TensorStore values) {
    this.values = values;
    this.gradients = values.like("gradients");
  }

  /** The values. */
  public TensorStore values() {
    return values;
  }

  /** The gradients of the last backward pass. */
  public TensorStore gradients() {
    return gradients;
  }

  /** Names in registration order. */
  public List<String> names() {
    return values.names();
  }

  /** Number of trainable elements. */
  public long count() {
    return values.parameterCount();
  }

  /** Element type of values and gradients. */
  public DType dtype() {
    return values.dtype();
  }

  /** Frees both slabs. */
  @Override
  public void close() {
    values.close();
    gradients.close();
  }
}
