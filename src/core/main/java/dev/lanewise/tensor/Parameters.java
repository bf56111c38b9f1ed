package dev.lanewise.tensor;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The trainable tensors of a model: values and gradients, each in one flat slab with the same
 * layout. This is where automatic differentiation (which writes gradients) and optimizers (which
 * read them and change values) meet.
 */
public final class Parameters implements AutoCloseable {
  private final TensorStore values;
  private final TensorStore gradients;
  private final Set<String> frozen = new LinkedHashSet<>();
  private final Set<String> frozenView = Collections.unmodifiableSet(frozen);

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

  /**
   * Keeps parameters as they are: no gradient is computed for them, no optimizer that starts from
   * now on changes them.
   *
   * @param patterns see {@link NamePattern}
   * @throws IllegalArgumentException if one of the patterns matches no parameter
   */
  public Parameters freeze(String... patterns) {
    for (String pattern : patterns) {
      frozen.addAll(new NamePattern(pattern).pick(names()));
    }
    return this;
  }

  /** Lets all parameters be trained again, by optimizers that start from now on. */
  public void unfreeze() {
    frozen.clear();
  }

  /** The names of the parameters that are kept as they are. */
  public Set<String> frozen() {
    return frozenView;
  }

  /** Number of elements, frozen ones included. */
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
