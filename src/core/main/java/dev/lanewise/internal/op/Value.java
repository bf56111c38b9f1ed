package dev.lanewise.internal.op;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;

/** What gradient rules compute with: a tensor on a graph. */
public interface Value {
  /** Its shape. */
  Shape shape();

  /** Its element type. */
  DType dtype();

  /** Whether ops on it are recorded, because their results will be differentiated. */
  boolean isRecorded();

  /** {@code op(this, others...)}, computed now. */
  Value apply(Op op, Value... others);
}
