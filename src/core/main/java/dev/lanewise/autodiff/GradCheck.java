package dev.lanewise.autodiff;

import dev.lanewise.internal.random.RandomKey;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.DTypeException;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds the gradients of a function against central differences in double, as PyTorch's {@code
 * gradcheck} and {@code gradgradcheck} do and with their tolerances:
 *
 * <pre>{@code
 * GradCheck.of("gated", (tape, in) -> in[0].sigmoid().mul(in[1])).first(x, y).second(x, y);
 * }</pre>
 *
 * <p>A function of many results counts as the sum of them with fixed random weights. Along a
 * direction d the difference {@code (f(x + eps d) - f(x - eps d)) / (2 eps)} must be close to the
 * product of the gradient and d. Each gradient is computed twice and must have the same bits.
 */
public final class GradCheck {

  /** A differentiable function. */
  @FunctionalInterface
  public interface Function {
    /**
     * Computes the function.
     *
     * @param tape where to compute
     * @param in the inputs, variables of {@code tape}
     * @return the result, of any shape
     */
    Var of(Tape tape, Var... in);
  }

  private static final RandomKey RANDOM = RandomKey.ofSeed(0).fold("gradcheck");

  private final String name;
  private final Function function;
  private final @Nullable Parameters parameters;
  private final double eps;
  private final double atol;
  private final double rtol;

  private GradCheck(
      String name,
      Function function,
      @Nullable Parameters parameters,
      double eps,
      double atol,
      double rtol) {
    if (!(eps > 0 && atol >= 0 && rtol >= 0)) {
      throw new IllegalArgumentException(
          "gradcheck: eps must be above 0 and tolerances not below it, found eps = %s, atol = %s, rtol = %s"
              .formatted(eps, atol, rtol));
    }
    this.name = name;
    this.function = function;
    this.parameters = parameters;
    this.eps = eps;
    this.atol = atol;
    this.rtol = rtol;
  }

  /**
   * Makes a check with eps 1e-6, atol 1e-5 and rtol 1e-3.
   *
   * @param name what messages call the function
   * @param function what to check; deterministic
   * @return the check
   */
  public static GradCheck of(String name, Function function) {
    return new GradCheck(name, function, null, 1e-6, 1e-5, 1e-3);
  }

  /**
   * Checks by parameters too, which the function takes by {@link Tape#parameter}. They are moved
   * during a check and put back after it.
   *
   * @param values parameters of F64
   * @return a changed copy
   */
  public GradCheck by(Parameters values) {
    return new GradCheck(name, function, values, eps, atol, rtol);
  }

  /**
   * The same check with other tolerances.
   *
   * @param difference the step eps
   * @param absolute by how much gradient and difference may differ, plus
   * @param relative this share of the difference
   * @return a changed copy
   * @throws IllegalArgumentException if the step is not above 0 or a tolerance is negative
   */
  public GradCheck tolerance(double difference, double absolute, double relative) {
    return new GradCheck(name, function, parameters, difference, absolute, relative);
  }

  /**
   * Checks the gradients at {@code in} along one random direction of all inputs together and one of
   * each alone; cheap, and rarely fooled.
   *
   * @param in inputs of F64
   * @return this
   * @throws GradCheckException if a gradient is wrong, has the wrong shape or is not repeatable
   * @throws DTypeException if an input or a parameter is not F64
   */
  public GradCheck directions(Tensor... in) {
    new Points(name, this::scalar, in).check(false);
    return this;
  }

  /**
   * As {@link #directions}, and element by element.
   *
   * @param in inputs of F64
   * @return this
   * @throws GradCheckException if a gradient is wrong, has the wrong shape or is not repeatable
   * @throws DTypeException if an input or a parameter is not F64
   */
  public GradCheck first(Tensor... in) {
    new Points(name, this::scalar, in).check(true);
    return this;
  }

  /**
   * As {@link #directions}, for the gradient of the gradients.
   *
   * @param in inputs of F64
   * @return this
   * @throws GradCheckException if a gradient is wrong, has the wrong shape or is not repeatable
   * @throws DTypeException if an input or a parameter is not F64
   */
  public GradCheck second(Tensor... in) {
    new Points("gradient of " + name, this::slope, in).check(false);
    return this;
  }

  private Var scalar(Tape tape, Var[] in, Var[] leaves) {
    return weighted(tape, function.of(tape, in), "function");
  }

  private Var slope(Tape tape, Var[] in, Var[] leaves) {
    List<Var> gradients = tape.gradients(scalar(tape, in, leaves), leaves);
    Var sum = tape.constant(tape.scope().scalar(0.0));
    for (int k = 0; k < leaves.length; k++) {
      sum = sum.add(weighted(tape, gradients.get(k), "gradient " + k));
    }
    return sum;
  }

  /** The sum of all elements with random weights: a scalar that every element matters to. */
  private static Var weighted(Tape tape, Var v, String stream) {
    Tensor weights = tape.scope().allocate(v.dtype(), v.shape());
    weights.copyFrom(random(stream, Math.toIntExact(v.shape().size())));
    return v.mul(tape.constant(weights)).sum();
  }

  private static double[] random(String stream, int n) {
    double[] values = new double[n];
    Arrays.setAll(values, i -> 2 * RANDOM.fold(stream).uniformDouble(i) - 1);
    return values;
  }

  /** A function of one element of inputs and of all leaves: inputs, then parameters. */
  private interface Scalar {
    Var of(Tape tape, Var[] in, Var[] leaves);
  }

  /** One function around one point. */
  private final class Points {
    private final String what;
    private final Scalar f;
    private final int inputs;

    /** What is differentiated by: copies of the inputs, and the parameters themselves. */
    private final List<String> names = new ArrayList<>();

    private final List<Shape> shapes = new ArrayList<>();
    private final List<double[]> x = new ArrayList<>();

    Points(String what, Scalar f, Tensor... in) {
      this.what = what;
      this.f = f;
      inputs = in.length;
      for (int k = 0; k < in.length; k++) {
        add("input " + k, in[k]);
      }
      if (parameters != null) {
        for (String parameter : parameters.names()) {
          add(parameter, parameters.values().get(parameter));
        }
      }
    }

    private void add(String leaf, Tensor value) {
      if (value.dtype() != DType.F64) {
        throw new DTypeException(
            "gradcheck: %s of %s is %s; differences need F64".formatted(leaf, name, value.dtype()));
      }
      names.add(leaf);
      shapes.add(value.shape());
      x.add(value.toDoubles());
    }

    void check(boolean elements) {
      try (Tape tape = parameters == null ? Tape.open() : Tape.open(parameters)) {
        double[][] gradient = gradient(tape);
        if (!Arrays.deepEquals(gradient, gradient(tape))) {
          throw new GradCheckException(
              "gradcheck: %s: a second backward pass gives other bits".formatted(what));
        }
        double[][] all = new double[x.size()][];
        for (int k = 0; k < all.length; k++) {
          double[][] alone = new double[all.length][];
          alone[k] = random("direction " + k, x.get(k).length);
          all[k] = alone[k];
          compare(tape, "by " + names.get(k), gradient, alone);
          for (int i = 0; elements && i < all[k].length; i++) {
            alone[k] = new double[all[k].length];
            alone[k][i] = 1;
            compare(tape, "by element %d of %s".formatted(i, names.get(k)), gradient, alone);
          }
        }
        compare(tape, "by everything", gradient, all);
      } finally {
        move(new double[x.size()][], 0, new Tensor[inputs]);
      }
    }

    private void compare(Tape tape, String by, double[][] gradient, double[][] direction) {
      double expected = (value(tape, direction, eps) - value(tape, direction, -eps)) / (2 * eps);
      double actual = 0;
      for (int k = 0; k < direction.length; k++) {
        for (int i = 0; direction[k] != null && i < direction[k].length; i++) {
          actual += gradient[k][i] * direction[k][i];
        }
      }
      double allowed = atol + rtol * Math.abs(expected);
      if (!(Math.abs(actual - expected) <= allowed)) {
        throw new GradCheckException(
            "gradcheck: %s, %s: the gradient gives %s, differences give %s, allowed is %s"
                .formatted(what, by, actual, expected, allowed));
      }
    }

    private double value(Tape tape, double[][] direction, double step) {
      Var[] leaves = leaves(tape, direction, step);
      return f.of(tape, Arrays.copyOf(leaves, inputs), leaves).item();
    }

    private double[][] gradient(Tape tape) {
      Var[] leaves = leaves(tape, new double[x.size()][], 0);
      List<Var> found = tape.gradients(f.of(tape, Arrays.copyOf(leaves, inputs), leaves), leaves);
      double[][] gradient = new double[leaves.length][];
      for (int k = 0; k < leaves.length; k++) {
        if (!found.get(k).shape().equals(shapes.get(k))) {
          throw new GradCheckException(
              "gradcheck: %s, %s: the gradient has shape %s, expected %s"
                  .formatted(what, names.get(k), found.get(k).shape(), shapes.get(k)));
        }
        gradient[k] = found.get(k).tensor().toDoubles();
      }
      return gradient;
    }

    /** All leaves on an empty tape, {@code step} along {@code direction} from the point. */
    private Var[] leaves(Tape tape, double[][] direction, double step) {
      tape.reset();
      Tensor[] copies = new Tensor[inputs];
      for (int k = 0; k < inputs; k++) {
        copies[k] = tape.scope().allocate(DType.F64, shapes.get(k));
      }
      move(direction, step, copies);
      Var[] leaves = new Var[x.size()];
      for (int k = 0; k < leaves.length; k++) {
        leaves[k] = k < inputs ? tape.variable(copies[k]) : tape.parameter(names.get(k));
      }
      return leaves;
    }

    /** Writes the point plus {@code step * direction} into the parameters and {@code copies}. */
    private void move(double[][] direction, double step, @Nullable Tensor[] copies) {
      for (int k = 0; k < x.size(); k++) {
        double[] values = x.get(k).clone();
        for (int i = 0; direction[k] != null && i < values.length; i++) {
          values[i] += step * direction[k][i];
        }
        Tensor target =
            k < inputs || parameters == null ? copies[k] : parameters.values().get(names.get(k));
        if (target != null) {
          target.copyFrom(values);
        }
      }
    }
  }
}
