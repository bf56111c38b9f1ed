package dev.lanewise.optim;

import dev.lanewise.internal.engine.CpuEngine;
import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.kernel.Reduction;
import dev.lanewise.optim.StrongWolfe.Point;
import dev.lanewise.tensor.TensorStore;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.DoubleUnaryOperator;

/** {@link Lbfgs} at work, on all parameters together. */
final class LbfgsProcedure implements Procedure {
  private static final String KEY = "lbfgs.";
  private static final double LEAST_CURVATURE = 1e-10;
  private static final Expr A = Expr.input(0);
  private static final Expr B = Expr.input(1);
  private static final Expr C = Expr.param(0);

  private final Lbfgs settings;
  private final CpuEngine engine;
  private final DoubleUnaryOperator rate;
  private final DoubleUnaryOperator penalized;
  private final TensorStore values;
  private final TensorStore gradients;
  private final TensorStore direction;
  private final TensorStore previous;
  private final TensorStore[] changes;
  private final TensorStore[] steps;
  private final TensorStore origin;
  private final TensorStore before;
  private final FlatReduce reduce;

  // kept from step to step
  private long iterations;
  private double length;
  private double scale = 1;
  private int count;

  /** Where the next pair goes; when the history is full, where the oldest is. */
  private int next;

  private final double[] curvature;

  /**
   * L-BFGS on the parameters of {@code at}, whose slots were asked for by {@link #want}.
   *
   * @param rate the learning rate of the step, as the schedule has it
   * @param penalized the loss with what the regularizers add, after their gradient was added
   */
  LbfgsProcedure(
      Lbfgs settings, Workspace at, DoubleUnaryOperator rate, DoubleUnaryOperator penalized) {
    this.settings = settings;
    this.rate = rate;
    this.penalized = penalized;
    engine = at.engine();
    values = at.parameters().values();
    gradients = at.parameters().gradients();
    direction = at.slots().get("d");
    previous = at.slots().get("prev_flat_grad");
    int size = settings.historySize();
    changes = new TensorStore[size];
    steps = new TensorStore[size];
    curvature = new double[size];
    for (int i = 0; i < size; i++) {
      changes[i] = at.slots().get("old_dirs." + i);
      steps[i] = at.slots().get("old_stps." + i);
    }
    origin = values.like("origin of the line search");
    before = values.like("values before the step");
    reduce = new FlatReduce(engine, values);
  }

  /** Asks for the slots. */
  static void want(Lbfgs settings, Workspace at) {
    for (String name : at.parameters().names()) {
      var shape = at.parameters().values().get(name).shape();
      at.slots().want("d", name, shape, 0);
      at.slots().want("prev_flat_grad", name, shape, 0);
      for (int i = 0; i < settings.historySize(); i++) {
        at.slots().want("old_dirs." + i, name, shape, 0);
        at.slots().want("old_stps." + i, name, shape, 0);
      }
    }
  }

  @Override
  public void step(double loss, DoubleSupplier again) {
    before.flat().copyFrom(values.flat());
    try {
      iterate(penalized.applyAsDouble(loss), again);
    } catch (RuntimeException e) {
      values.flat().copyFrom(before.flat());
      throw e;
    }
  }

  private void iterate(double first, DoubleSupplier again) {
    double loss = first;
    int[] evaluations = {1};
    for (int i = 1; i <= settings.maxIter(); i++) {
      if (largest(gradients) <= settings.toleranceGrad()) {
        return;
      }
      iterations++;
      direct();
      previous.flat().copyFrom(gradients.flat());
      double slope = dot(gradients, direction);
      if (slope > -settings.toleranceChange()) {
        return;
      }
      double lr = rate.applyAsDouble(settings.lr());
      double shortest = iterations == 1 ? Math.min(1, 1 / sumOf(gradients)) : 1;
      origin.flat().copyFrom(values.flat());
      double[] at = {0};
      StrongWolfe.Line line =
          t -> {
            evaluations[0]++;
            at[0] = t;
            return evaluate(t, again);
          };
      double widest = largest(direction);
      Point found =
          new StrongWolfe(line, new Point(0, loss, slope), settings.toleranceChange() / widest)
              .search(lr * shortest);
      if (at[0] != found.t()) {
        // gradients of other places are not kept
        evaluate(found.t(), again);
      }
      length = found.t();
      double change = Math.abs(found.value() - loss);
      loss = found.value();
      if (evaluations[0] >= settings.maxEval()
          || widest * length <= settings.toleranceChange()
          || change < settings.toleranceChange()) {
        return;
      }
    }
  }

  /** Goes to origin + t direction. */
  private Point evaluate(double t, DoubleSupplier again) {
    map(B.fma(C, A), t, values, origin, direction);
    double value = penalized.applyAsDouble(again.getAsDouble());
    return new Point(t, value, dot(gradients, direction));
  }

  /** The direction: minus the gradient times the approximated inverse Hessian. */
  private void direct() {
    if (iterations == 1) {
      map(A.neg(), 0, direction, gradients);
      return;
    }
    remember();
    map(A.neg(), 0, direction, gradients);
    double[] shares = new double[count];
    for (int i = count - 1; i >= 0; i--) {
      int pair = (next - count + i + changes.length) % changes.length;
      shares[i] = dot(steps[pair], direction) / curvature[pair];
      map(B.fma(C, A), -shares[i], direction, direction, changes[pair]);
    }
    map(A.mul(C), scale, direction, direction);
    for (int i = 0; i < count; i++) {
      int pair = (next - count + i + changes.length) % changes.length;
      double share = dot(changes[pair], direction) / curvature[pair];
      map(B.fma(C, A), shares[i] - share, direction, direction, steps[pair]);
    }
  }

  /** Adds the last change of the gradient and of the parameters to the history. */
  private void remember() {
    Expr product = A.sub(B).mul(Expr.input(2).mul(C));
    double bend = reduce.of(Reduction.SUM, product, at(gradients, previous, direction), length);
    if (bend <= LEAST_CURVATURE) {
      return;
    }
    map(A.sub(B), 0, changes[next], gradients, previous);
    map(A.mul(C), length, steps[next], direction);
    curvature[next] = bend;
    scale = bend / dot(changes[next], changes[next]);
    next = (next + 1) % changes.length;
    count = Math.min(count + 1, changes.length);
  }

  private double dot(TensorStore a, TensorStore b) {
    return reduce.of(Reduction.SUM, A.mul(B), at(a, b));
  }

  private double largest(TensorStore a) {
    return reduce.of(Reduction.MAX, A.abs(), at(a));
  }

  private double sumOf(TensorStore a) {
    return reduce.of(Reduction.SUM, A.abs(), at(a));
  }

  private void map(Expr expression, double scalar, TensorStore out, TensorStore... in) {
    TensorStore[] operands = Arrays.copyOf(in, in.length + 1);
    operands[in.length] = out;
    new FlatMap(engine, values.dtype(), List.of(expression), List.of(FlatMap.Run.of(operands)))
        .run(scalar);
  }

  private static long[] at(TensorStore... slabs) {
    return FlatMap.Run.of(slabs).at();
  }

  @Override
  public void save(Map<String, String> state) {
    state.put(KEY + "iterations", Long.toString(iterations));
    state.put(KEY + "length", Double.toHexString(length));
    state.put(KEY + "scale", Double.toHexString(scale));
    state.put(KEY + "count", Integer.toString(count));
    state.put(KEY + "next", Integer.toString(next));
    for (int i = 0; i < curvature.length; i++) {
      state.put(KEY + "curvature." + i, Double.toHexString(curvature[i]));
    }
  }

  @Override
  public void restore(Map<String, String> state) {
    iterations = Long.parseLong(Check.present(state, KEY + "iterations"));
    length = Double.parseDouble(Check.present(state, KEY + "length"));
    scale = Double.parseDouble(Check.present(state, KEY + "scale"));
    count = Integer.parseInt(Check.present(state, KEY + "count"));
    next = Integer.parseInt(Check.present(state, KEY + "next"));
    for (int i = 0; i < curvature.length; i++) {
      curvature[i] = Double.parseDouble(Check.present(state, KEY + "curvature." + i));
    }
  }

  @Override
  public void close() {
    reduce.close();
    origin.close();
    before.close();
  }
}
