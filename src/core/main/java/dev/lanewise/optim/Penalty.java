package dev.lanewise.optim;

import static dev.lanewise.optim.UpdateRule.P;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.kernel.Reduction;
import java.util.Collection;

/**
 * The sum of some regularizers.
 *
 * @param l1 factor of the sum of absolute values
 * @param l2 factor of the sum of squares
 */
record Penalty(double l1, double l2) {

  /** |p| and p^2, weighted by the two parameters. */
  private static final Expr ELEMENT = P.mul(Expr.param(1)).fma(P, P.abs().mul(Expr.param(0)));

  static Penalty of(Collection<Regularizer> regularizers) {
    double l1 = 0;
    double l2 = 0;
    for (Regularizer regularizer : regularizers) {
      l1 += regularizer.l1();
      l2 += regularizer.l2();
    }
    return new Penalty(l1, l2);
  }

  /** Its value for the tensors that {@code values} reduces. */
  double value(FlatReduce values) {
    return l1 == 0 && l2 == 0 ? 0 : values.of(Reduction.SUM, ELEMENT, l1, l2);
  }

  /** {@code g} plus the gradient of the penalty. */
  Expr addTo(Expr g) {
    Expr sum = l2 == 0 ? g : P.fma(Expr.constant(2 * l2), g);
    return l1 == 0 ? sum : Expr.signOf(P).fma(Expr.constant(l1), sum);
  }
}
