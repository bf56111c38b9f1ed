package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.internal.op.GradientCheck;
import dev.lanewise.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/** First and second derivatives of functions with several results, see {@link GradientCheck}. */
final class Derivatives {
  private Derivatives() {}

  /** A function of variables with one or more results. */
  @FunctionalInterface
  interface Function {
    List<Var> of(Var... in);
  }

  /** Checks {@code f} at random inputs of these shapes. */
  static void check(String name, Function f, Shape... shapes) {
    new GradientCheck(name, -1.5, 1.5, shapes).check((tape, in) -> joined(f.of(in)));
  }

  private static Var joined(List<Var> results) {
    Var[] flat = results.stream().map(v -> v.reshape(-1)).toArray(Var[]::new);
    return flat[0].concat(0, Arrays.copyOfRange(flat, 1, flat.length));
  }
}
