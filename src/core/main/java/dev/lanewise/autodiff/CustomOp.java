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
  /** The name that errors show. */
  String name();

  /**
   * Whether it keeps the promise of strict mode: the same bits for any thread count, machine and
   * JVM. Java arithmetic, {@code StrictMath} and {@code Math.fma} do; {@code Math.exp} and the like
   * do not. An engine in strict mode refuses an op that answers false.
   */
  default boolean isStrict() {
    return true;
  }

  /** The shape of the result; throws {@link dev.lanewise.tensor.ShapeException} on a misfit. */
  Shape shape(Shape... in);

  /** Fills {@code out}, which is contiguous and overlaps no input. Inputs may have any layout. */
  void forward(Tensor[] in, Tensor out);

  /**
   * The gradients by each input (null where none flows), given the inputs, the result and the
   * gradient {@code g} of the result; computed by ops of variables, so that it can be
   * differentiated again.
   */
  List<@Nullable Var> gradient(Var[] in, Var out, Var g);
}
