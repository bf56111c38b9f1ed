package dev.lanewise.internal.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Random;

/**
 * Holds the gradients of a function, and those of its gradients, against central differences in
 * double: along one random direction of all inputs at once, along one of each input alone, and, for
 * the gradients themselves, element by element.
 */
public final class GradientCheck {

  /** A function of tensors. */
  @FunctionalInterface
  public interface Function {
    /** Its result for the inputs {@code in}, which are on {@code tape}. */
    Var of(Tape tape, Var[] in);
  }

  private static final double EPS = 1e-6;
  private static final double ATOL = 1e-5;
  private static final double RTOL = 1e-3;

  private final String name;
  private final Shape[] shapes;
  private final double[][] x;

  /** A check at random inputs between {@code from} and {@code to}. */
  public GradientCheck(String name, double from, double to, Shape... shapes) {
    this.name = name;
    this.shapes = shapes;
    x = new double[shapes.length][];
    for (int k = 0; k < x.length; k++) {
      x[k] = new Random(100 + k).doubles(shapes[k].size(), from, to).toArray();
    }
  }

  /** First and second derivatives, each computed twice. */
  public void check(Function f) {
    Function scalar = (tape, in) -> weighted(tape, f.of(tape, in), 200);
    Function slope =
        (tape, in) -> {
          List<Var> gradients = tape.gradients(scalar.of(tape, in), in);
          Var sum = tape.constant(tape.scope().scalar(0.0));
          for (int k = 0; k < in.length; k++) {
            sum = sum.add(weighted(tape, gradients.get(k), 300 + k));
          }
          return sum;
        };
    try (var tape = Tape.open()) {
      compare(tape, name, scalar, true);
      compare(tape, "gradient of " + name, slope, false);
    }
  }

  /** The sum of all elements with random weights: a scalar that every element matters to. */
  private static Var weighted(Tape tape, Var v, long seed) {
    double[] weights = new Random(seed).doubles(v.shape().size(), -1, 1).toArray();
    return v.mul(tape.constant(tape.scope().allocate(DType.F64, v.shape()).copyFrom(weights)))
        .sum();
  }

  private void compare(Tape tape, String what, Function f, boolean elements) {
    double[][] gradient = gradient(tape, f);
    assertThat(gradient(tape, f)).as("%s, a second backward pass", what).isDeepEqualTo(gradient);
    var random = new Random(400);
    double[][] all = new double[x.length][];
    for (int k = 0; k < x.length; k++) {
      double[][] alone = new double[x.length][];
      alone[k] = random.doubles(x[k].length, -1, 1).toArray();
      all[k] = alone[k];
      compare(tape, what + " by input " + k, f, gradient, alone);
      for (int i = 0; elements && i < x[k].length; i++) {
        alone[k] = new double[x[k].length];
        alone[k][i] = 1;
        compare(tape, what + " by element " + i + " of input " + k, f, gradient, alone);
      }
    }
    compare(tape, what, f, gradient, all);
  }

  private void compare(
      Tape tape, String what, Function f, double[][] gradient, double[][] direction) {
    double expected = (value(tape, f, direction, EPS) - value(tape, f, direction, -EPS)) / 2 / EPS;
    double actual = 0;
    for (int k = 0; k < x.length; k++) {
      for (int i = 0; direction[k] != null && i < direction[k].length; i++) {
        actual += gradient[k][i] * direction[k][i];
      }
    }
    assertThat(actual).as(what).isCloseTo(expected, within(ATOL + RTOL * Math.abs(expected)));
  }

  private double value(Tape tape, Function f, double[][] direction, double step) {
    tape.reset();
    Var[] in = inputs(tape);
    for (int k = 0; k < in.length; k++) {
      Tensor t = in[k].tensor().reshape(x[k].length);
      for (int i = 0; direction[k] != null && i < x[k].length; i++) {
        t.setDouble(x[k][i] + step * direction[k][i], i);
      }
    }
    return f.of(tape, in).item();
  }

  private double[][] gradient(Tape tape, Function f) {
    tape.reset();
    Var[] in = inputs(tape);
    List<Var> found = tape.gradients(f.of(tape, in), in);
    double[][] gradient = new double[in.length][];
    for (int k = 0; k < in.length; k++) {
      assertThat(found.get(k).shape()).as("%s, gradient of input %d", name, k).isEqualTo(shapes[k]);
      gradient[k] = found.get(k).tensor().toDoubles();
    }
    return gradient;
  }

  private Var[] inputs(Tape tape) {
    Var[] in = new Var[x.length];
    for (int k = 0; k < in.length; k++) {
      in[k] = tape.variable(tape.scope().allocate(DType.F64, shapes[k]).copyFrom(x[k]));
    }
    return in;
  }
}
