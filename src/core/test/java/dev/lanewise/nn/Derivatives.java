package dev.lanewise.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import java.util.List;
import java.util.Random;

/**
 * Holds first and second derivatives of functions against central differences in double, along one
 * random direction of all inputs at once and along one of each input alone.
 */
final class Derivatives {

  /** A function of variables with one or more results. */
  @FunctionalInterface
  interface Function {
    List<Var> of(Var... in);
  }

  private static final double EPS = 1e-6;
  private static final double ATOL = 1e-5;
  private static final double RTOL = 1e-3;

  private final String name;
  private final Shape[] shapes;
  private final double[][] at;

  private Derivatives(String name, Shape... shapes) {
    this.name = name;
    this.shapes = shapes;
    at = new double[shapes.length][];
    var random = new Random(1);
    for (int k = 0; k < at.length; k++) {
      at[k] = random.doubles(shapes[k].size(), -1.5, 1.5).toArray();
    }
  }

  /** Checks {@code f} at random inputs of these shapes. */
  static void check(String name, Function f, Shape... shapes) {
    var check = new Derivatives(name, shapes);
    check.compare("first", in -> List.of(weighted(f.of(in))));
    check.compare(
        "second", in -> List.of(weighted(in[0].tape().gradients(weighted(f.of(in)), in))));
  }

  /** The sum over all elements with fixed random weights. */
  private static Var weighted(List<Var> results) {
    var random = new Random(2);
    Var total = null;
    for (Var v : results) {
      double[] weights = random.doubles(v.shape().size(), -1, 1).toArray();
      Var w = v.tape().constant(v.tape().scope().allocate(DType.F64, v.shape()).copyFrom(weights));
      Var sum = v.mul(w).sum();
      total = total == null ? sum : total.add(sum);
    }
    return total;
  }

  private void compare(String order, Function f) {
    double[][] gradient = new double[at.length][];
    try (var tape = Tape.open()) {
      Var[] in = inputs(tape, new double[at.length][], 0);
      List<Var> found = tape.gradients(f.of(in).getFirst(), in);
      for (int k = 0; k < gradient.length; k++) {
        gradient[k] = found.get(k).tensor().toDoubles();
      }
    }
    var random = new Random(3);
    double[][] all = new double[at.length][];
    for (int k = 0; k < at.length; k++) {
      all[k] = random.doubles(at[k].length, -1, 1).toArray();
      double[][] alone = new double[at.length][];
      alone[k] = all[k];
      compare(order + " derivative of " + name + " by input " + k, f, gradient, alone);
    }
    compare(order + " derivative of " + name, f, gradient, all);
  }

  private void compare(String what, Function f, double[][] gradient, double[][] direction) {
    double expected = (value(f, direction, EPS) - value(f, direction, -EPS)) / (2 * EPS);
    double actual = 0;
    for (int k = 0; k < at.length; k++) {
      for (int i = 0; direction[k] != null && i < direction[k].length; i++) {
        actual += gradient[k][i] * direction[k][i];
      }
    }
    assertThat(actual).as(what).isCloseTo(expected, within(ATOL + RTOL * Math.abs(expected)));
  }

  private double value(Function f, double[][] direction, double step) {
    try (var tape = Tape.open()) {
      return f.of(inputs(tape, direction, step)).getFirst().item();
    }
  }

  private Var[] inputs(Tape tape, double[][] direction, double step) {
    Var[] in = new Var[at.length];
    for (int k = 0; k < in.length; k++) {
      double[] x = at[k].clone();
      for (int i = 0; direction[k] != null && i < x.length; i++) {
        x[i] += step * direction[k][i];
      }
      in[k] = tape.variable(tape.scope().allocate(DType.F64, shapes[k]).copyFrom(x));
    }
    return in;
  }
}
