package dev.lanewise.tensor;

/** How tensors print. */
final class TensorText {
  /** Tensors of more elements show only both ends of each axis, as in NumPy. */
  private static final int SUMMARY_ABOVE = 1000;

  private static final int EDGE = 3;

  private TensorText() {}

  static String of(Tensor tensor) {
    StringBuilder text = new StringBuilder("Tensor ");
    text.append(tensor.dtype()).append(' ').append(tensor.shape()).append(' ');
    if (tensor.isAlive()) {
      append(text, tensor, new long[tensor.rank()], 0);
    } else {
      text.append("(dead)");
    }
    return text.toString();
  }

  private static void append(StringBuilder text, Tensor tensor, long[] index, int axis) {
    if (axis == index.length) {
      appendElement(text, tensor, index);
      return;
    }
    long dim = tensor.dim(axis);
    boolean summary = tensor.size() > SUMMARY_ABOVE && dim > 2 * EDGE;
    text.append('[');
    for (long i = 0; i < dim; i++) {
      if (i > 0) {
        text.append(", ");
      }
      if (summary && i == EDGE) {
        text.append("..., ");
        i = dim - EDGE;
      }
      index[axis] = i;
      append(text, tensor, index, axis + 1);
    }
    text.append(']');
  }

  private static void appendElement(StringBuilder text, Tensor tensor, long[] index) {
    switch (tensor.dtype()) {
      case F32, F16, BF16 -> text.append(tensor.getFloat(index));
      case F64 -> text.append(tensor.getDouble(index));
      case I32, I64, U8 -> text.append(tensor.getLong(index));
      case BOOL -> text.append(tensor.getLong(index) != 0);
    }
  }
}
