package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import java.util.List;

/**
 * A step of a network: an immutable description of what it computes and which parameters it wants.
 * The parameters themselves live in the {@link Sequential} it is part of. Inputs have the batch as
 * their first axis.
 */
public interface Layer {

  /** What it is, with its settings, such as {@code Linear(784, 512)}. */
  String describe();

  /** The shape of one result for one input of shape {@code sample} (without the batch axis). */
  Shape outputShape(Shape sample);

  /** The parameters it wants, in order. */
  default List<ParameterSpec> parameters() {
    return List.of();
  }

  /** What it keeps between passes without training it, such as running statistics, in order. */
  default List<ParameterSpec> buffers() {
    return List.of();
  }

  /** Computes. */
  Var forward(Forward pass, Var x);
}
