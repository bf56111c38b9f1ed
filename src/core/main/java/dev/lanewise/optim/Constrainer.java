package dev.lanewise.optim;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.op.Exec;
import dev.lanewise.internal.op.Reduce;
import dev.lanewise.tensor.NamePattern;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@link Constraint}s at work, one after the other. */
final class Constrainer {
  private static final Expr P = Expr.input(0);
  private static final Expr NORM = Expr.input(1).sqrt();
  private static final Expr LR = Expr.param(0);
  private static final Expr SQUARE = P.square();

  /**
   * A constraint on one tensor.
   *
   * @param rows the tensor, row by row
   * @param value a parameter after it, from the parameter, its row's sum of squares and the rate
   */
  private record Item(Tensor rows, Expr value) {}

  private final Exec exec;
  private final List<Item> items = new ArrayList<>();

  Constrainer(List<Constraint> constraints, Set<String> frozen, Workspace at) {
    exec = Exec.of(at.engine(), at.scope());
    for (Constraint constraint : constraints) {
      for (String name : new NamePattern(constraint.match()).pick(at.parameters().names())) {
        Tensor tensor = at.parameters().values().get(name);
        if (tensor.size() > 0 && !frozen.contains(name)) {
          long rows = tensor.rank() < 2 ? 1 : tensor.dim(0);
          long length = tensor.size() / rows;
          items.add(new Item(tensor.reshape(rows, length), value(constraint, length)));
        }
      }
    }
  }

  private static Expr value(Constraint constraint, long length) {
    return switch (constraint) {
      case Constraint.ProximalL1(_, double factor) -> {
        Expr threshold = LR.mul(factor);
        yield P.abs().ifAtMost(threshold, Expr.ZERO, P.abs().sub(threshold).copySign(P));
      }
      case Constraint.GroupLasso(_, double factor) -> {
        Expr threshold = LR.mul(factor * Math.sqrt(length));
        Expr left = UpdateRule.minus(Expr.ONE, threshold, NORM.reciprocal());
        yield NORM.ifAtMost(threshold, Expr.ZERO, P.mul(left));
      }
      case Constraint.MaxNorm(_, double max) ->
          NORM.ifAtMost(Expr.constant(max), P, P.mul(Expr.constant(max).div(NORM)));
      case Constraint.UnitNorm _ -> NORM.ifEqual(Expr.ZERO, P, P.div(NORM));
      case Constraint.NonNegative _ -> P.max(Expr.ZERO);
    };
  }

  /** Applies them, after a step with learning rate {@code lr}. */
  void apply(double lr) {
    if (items.isEmpty()) {
      return;
    }
    double[] params = {lr};
    for (Item item : items) {
      exec.scope().reset();
      Tensor[] in = {item.rows, item.rows};
      if (item.value.inputs() > 1) {
        Reduce sum = Reduce.sum(item.rows.shape(), true, 1);
        Tensor squares = exec.allocate(item.rows.dtype(), item.rows.shape());
        exec.map(SQUARE, new double[0], new Tensor[] {item.rows}, squares);
        in[1] = exec.allocate(item.rows.dtype(), sum.shape(item.rows.shape()));
        sum.forward(exec, new Tensor[] {squares}, in[1]);
      }
      exec.map(item.value, params, in, item.rows);
    }
  }
}
