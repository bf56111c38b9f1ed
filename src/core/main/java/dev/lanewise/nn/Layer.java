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

  /** {@return what it is, with its settings, such as {@code Linear(784, 512)}} */
  String describe();

  /**
   * Finds the shape of one result.
   *
   * @param sample shape of one input, without the batch axis
   * @return the shape of the result, without the batch axis
   * @throws dev.lanewise.tensor.ShapeException if the layer does not take such inputs
   */
  Shape outputShape(Shape sample);

  /** {@return the parameters it wants, in order, with names of their own} */
  default List<ParameterSpec> parameters() {
    return List.of();
  }

  /**
   * {@return what it keeps between passes without training it, such as running statistics, in
   * order}
   */
  default List<ParameterSpec> buffers() {
    return List.of();
  }

  /**
   * Computes the results for a batch.
   *
   * @param pass where parameters, buffers and random numbers come from
   * @param x [n, ...], a batch of inputs
   * @return [n, ...], a batch of results, on the tape of {@code x}
   * @throws dev.lanewise.tensor.ShapeException if the layer does not take such inputs
   */
  Var forward(Forward pass, Var x);
}
