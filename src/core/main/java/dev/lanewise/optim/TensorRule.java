package dev.lanewise.optim;

import dev.lanewise.tensor.Shape;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What one step does to one tensor, where that takes more than its elements one by one.
 *
 * @param slots the slots for a parameter of a shape; throws {@link IllegalArgumentException} if the
 *     algorithm cannot train such a parameter
 * @param step takes the step
 * @param momentum what a schedule may cycle; NaN if there is nothing
 */
record TensorRule(
    Function<Shape, List<TensorSlot>> slots, Consumer<TensorStep> step, double momentum) {

  /**
   * What is kept of a tensor from step to step; it starts at zero.
   *
   * @param name as in PyTorch's optimizer state, where there is one
   * @param shape of what is kept
   */
  record TensorSlot(String name, Shape shape) {}
}
