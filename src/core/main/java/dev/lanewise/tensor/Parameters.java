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

  /**
   * Takes ownership of values and adds gradients of the same layout, all zero.
   *
   * @param values the parameters by name; closed with this
   * @throws OffHeapBudgetException if the budget does not allow the gradients
   */
  public Parameters(TensorStore values) {
    this.values = values;
    this.gradients = values.like("gradients");
  }

  /** {@return the values by name; changing them changes the model} */
  public TensorStore values() {
    return values;
  }

  /**
   * {@return the gradients of the last backward pass, with the names, shapes and order of the
   * values}
   */
  public TensorStore gradients() {
    return gradients;
  }

  /** {@return the names in registration order, which is that of memory} */
  public List<String> names() {
    return values.names();
  }

  /**
   * Keeps parameters as they are: no gradient is computed for them, no optimizer that starts from
   * now on changes them.
   *
   * @param patterns see {@link NamePattern}
   * @return this
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

  /**
   * {@return the names of the parameters that are kept as they are, a view that follows changes}
   */
  public Set<String> frozen() {
    return frozenView;
  }

  /** {@return the number of elements of all parameters, frozen ones included} */
  public long count() {
    return values.parameterCount();
  }

  /** {@return the element type of values and gradients} */
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
