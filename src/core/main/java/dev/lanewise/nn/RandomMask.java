package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;

/** Dropout of all elements that share their first indices. */
final class RandomMask {
  private RandomMask() {}

  static void check(String name, double probability) {
    if (!(probability >= 0 && probability < 1)) {
      throw new IllegalArgumentException(
          name + ": probability must be in [0, 1), found " + probability);
    }
  }

  /** Drops by one choice for each index of the first {@code axes} axes. */
  static Var apply(String name, Var x, double probability, int axes, long key) {
    check(name, probability);
    if (probability == 0) {
      return x;
    }
    long[] dims = x.shape().dims();
    Arrays.fill(dims, Math.min(axes, dims.length), dims.length, 1);
    Tensor ones = x.tape().scope().allocate(x.dtype(), Shape.of(dims)).fill(1);
    return x.mul(x.tape().constant(ones).dropout(probability, key));
  }
}
