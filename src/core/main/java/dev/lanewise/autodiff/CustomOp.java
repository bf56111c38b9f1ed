package dev.lanewise.autodiff;

import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An op written by a user: name, shape rule, forward and gradient. Used by {@link
 * Var#apply(CustomOp, Var...)}. The result has the element type of the first input.
 */
public interface CustomOp {
  /** {@return the name that errors show} */
  String name();

  /**
   * Says whether it keeps the promise of strict mode: the same bits for any thread count, machine
   * and JVM. Java arithmetic, {@code StrictMath} and {@code Math.fma} do; {@code Math.exp} and the
   * like do not.
   *
   * @return true unless overridden; an engine in strict mode refuses an op that answers false
   */
  default boolean isStrict() {
    return true;
  }

  /**
   * Finds the shape of the result.
   *
   * @param in the shapes of the inputs
   * @return the shape that {@link #forward} fills
   * @throws dev.lanewise.tensor.ShapeException on a misfit
   */
  Shape shape(Shape... in);

  /**
   * Computes the result.
   *
   * @param in the inputs, in any layout, not to be changed
   * @param out to be filled: of the shape that {@link #shape} answered, contiguous, overlapping no
   *     input; its contents are undefined
   */
  void forward(Tensor[] in, Tensor out);

  /**
   * Computes the gradients by ops of variables, so that they can be differentiated again.
   *
   * @param in the inputs
   * @param out the result
   * @param g the gradient of the result, of its shape
   * @return one entry an input: its gradient, of its shape or of one that it was broadcast to,
   *     which is summed back; null where none flows
   */
  List<@Nullable Var> gradient(Var[] in, Var out, Var g);
}
