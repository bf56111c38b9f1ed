package dev.lanewise.tensor;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The arithmetic of reshape: which strides a new shape has, and what -1 stands for. */
final class Reshape {
  private Reshape() {}

  /**
   * Strides that visit the same elements in the same order under {@code target}, or null when none
   * exist. Both shapes have the same size, which is not 0.
   *
   * <p>Old and new axes are matched in groups of equal product. Inside a group the old axes must
   * follow each other without gaps (stride[i] = dim[i + 1] * stride[i + 1]); the new axes then
   * split the group's run evenly.
   */
  static long @Nullable [] strides(Shape shape, long[] strides, Shape target) {
    int n = 0;
    long[] dims = new long[strides.length];
    long[] steps = new long[strides.length];
    for (int i = 0; i < strides.length; i++) {
      if (shape.at(i) != 1) {
        dims[n] = shape.at(i);
        steps[n++] = strides[i];
      }
    }
    long[] result = new long[target.rank()];
    int from = 0;
    int to = 0;
    while (from < n) {
      int last = from;
      long oldProduct = dims[last];
      int end = to;
      long newProduct = target.at(end++);
      while (newProduct != oldProduct) {
        if (newProduct < oldProduct) {
          newProduct *= target.at(end++);
        } else {
          oldProduct *= dims[++last];
        }
      }
      for (int i = from; i < last; i++) {
        if (steps[i] != dims[i + 1] * steps[i + 1]) {
          return null;
        }
      }
      long step = steps[last];
      for (int i = end - 1; i >= to; i--) {
        result[i] = step;
        step *= target.at(i);
      }
      from = last + 1;
      to = end;
    }
    for (int i = to; i < result.length; i++) {
      result[i] = 1; // only axes of extent 1 are left
    }
    return result;
  }

  /** Replaces a single -1 in {@code dims} by the extent that makes up {@code shape}'s size. */
  static Shape infer(Shape shape, long[] dims) {
    int unknown = -1;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == -1) {
        if (unknown >= 0) {
          throw new ShapeException("reshape: only one dimension may be -1");
        }
        unknown = i;
      }
    }
    if (unknown < 0) {
      return Shape.of(dims);
    }
    long[] full = dims.clone();
    full[unknown] = 1;
    long known = Shape.of(full).size();
    if (known == 0 || shape.size() % known != 0) {
      throw new ShapeException(
          "reshape: no dimension at axis %d makes %s out of the %d elements of %s"
              .formatted(unknown, Arrays.toString(dims), shape.size(), shape));
    }
    full[unknown] = shape.size() / known;
    return Shape.owning(full);
  }
}
