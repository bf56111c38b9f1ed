package dev.lanewise.internal.op;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;

/** What gradient rules compute with: a tensor on a graph. */
public interface Value {
  /** Its shape. */
  Shape shape();

  /** Its element type. */
  DType dtype();

  /** {@code op(this, others...)}, computed now. */
  Value apply(Op op, Value... others);

  /** The same for an op that is described already. */
  static Value of(Pull pull) {
    Value[] in = pull.in();
    Value[] others = java.util.Arrays.copyOfRange(in, 1, in.length);
    return in[0].apply(pull.op(), others);
  }
}
