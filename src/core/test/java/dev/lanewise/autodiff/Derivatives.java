package dev.lanewise.autodiff;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** First and second derivatives at random inputs, see {@link GradCheck}. */
public final class Derivatives {
  private Derivatives() {}

  /** A function of variables with one or more results. */
  @FunctionalInterface
  public interface Function {
    /** Its results. */
    List<Var> of(Var... in);
  }

  /** Checks {@code f} at inputs between -1.5 and 1.5. */
  public static void check(String name, Function f, Shape... shapes) {
    check(name, -1.5, 1.5, (tape, in) -> joined(f.of(in)), shapes);
  }

  /** Checks {@code f} at inputs between {@code from} and {@code to}. */
  public static void check(
      String name, double from, double to, GradCheck.Function f, Shape... shapes) {
    check(GradCheck.of(name, f), from, to, shapes);
  }

  /** Does {@code check} at inputs between {@code from} and {@code to}. */
  public static void check(GradCheck check, double from, double to, Shape... shapes) {
    try (Scope scope = Scope.open("inputs")) {
      Tensor[] in = new Tensor[shapes.length];
      for (int k = 0; k < in.length; k++) {
        double[] values = new Random(100 + k).doubles(shapes[k].size(), from, to).toArray();
        in[k] = scope.allocate(DType.F64, shapes[k]).copyFrom(values);
      }
      check.first(in).second(in);
    }
  }

  private static Var joined(List<Var> results) {
    Var[] flat = results.stream().map(v -> v.reshape(-1)).toArray(Var[]::new);
    return flat[0].concat(0, Arrays.copyOfRange(flat, 1, flat.length));
  }
}
