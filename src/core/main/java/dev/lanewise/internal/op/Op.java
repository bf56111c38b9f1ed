package dev.lanewise.internal.op;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.DTypeException;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operation on tensors, declared once: name, shape rule, forward and gradient. Implementations
 * are immutable; attributes (axes, slopes, ...) are their fields.
 */
public interface Op {

  /** The name that errors and traces show. */
  String name();

  /** Whether it gives the same bits everywhere; strict mode refuses an op that does not. */
  default boolean isStrict() {
    return true;
  }

  /**
   * The shape of the result.
   *
   * @throws dev.lanewise.tensor.ShapeException naming this op and the shapes, if they do not fit
   */
  Shape shape(Shape... in);

  /** The type of the result: by default all inputs agree on F32 or F64, and so does the result. */
  default DType dtype(DType... in) {
    return Ops.sameFloating(name(), in);
  }

  /**
   * Floating-point operations for a result of shape {@code out}: by default one an element. Matrix
   * products count two a multiply-add.
   */
  default long flops(Shape out, Shape... in) {
    return out.size();
  }

  /**
   * Computes into {@code out}, which is contiguous, has the shape and type promised, and overlaps
   * no input. Inputs may have any layout.
   */
  void forward(Exec exec, Tensor[] in, Tensor out);

  /**
   * What flows back to the inputs: one entry per input, null where nothing does. Rules describe the
   * last step of each gradient by a {@link Pull}, so that the tape computes only what is needed,
   * straight into its place. A gradient may have the broadcast shape: the tape sums it back.
   */
  List<@Nullable Pull> gradient(Value[] in, Value out, Value g);

  /** An op whose result is another view of its only input's memory; it computes nothing. */
  interface View extends Op {
    /** The view. */
    Tensor view(Tensor in);

    @Override
    default DType dtype(DType... in) {
      return in[0];
    }

    @Override
    default void forward(Exec exec, Tensor[] in, Tensor out) {
      out.copyFrom(view(in[0]));
    }
  }

  /** An op without a gradient: what it computes is constant for the tape. */
  interface Constant extends Op {
    @Override
    default List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      throw new DTypeException(name() + ": is not differentiable");
    }
  }
}
