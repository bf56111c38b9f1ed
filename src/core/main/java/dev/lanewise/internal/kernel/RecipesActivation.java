package dev.lanewise.internal.kernel;

import static dev.lanewise.internal.kernel.Expr.constant;

/**
 * Activations that composed from the elementary functions would be slower or lose digits. Each is a
 * function of t = exp(-|x|), which neither overflows nor cancels.
 */
final class RecipesActivation {

  private RecipesActivation() {}

  /** log(1 + e^x) = max(x, 0) + log(1 + t). */
  static Expr softplus(Coefficients c, Expr x) {
    Expr t = Recipes.expOfNegated(c, x.abs());
    Expr s = t.add(t).div(t.add(2));
    Expr z = s.square();
    Expr log = Recipes.polynomial(z, c.log1pUnit()).fma(z.mul(s), s);
    return log.add(Expr.ZERO.ifLess(x, x, Expr.ZERO));
  }

  /**
   * tanh(log(1 + e^x)) = a / (a + b). With e^x = u it is (u^2 + 2 u) / (u^2 + 2 u + 2); t is u for
   * negative x and 1 / u, the fraction extended by t^2, for others.
   */
  static Expr tanhOfSoftplus(Coefficients c, Expr x) {
    Expr t = Recipes.expOfNegated(c, x.abs());
    Expr square = t.square();
    Expr a = x.ifLess(Expr.ZERO, t.fma(constant(2), square), t.fma(constant(2), 1));
    Expr b = x.ifLess(Expr.ZERO, constant(2), square.add(square));
    return a.div(a.add(b));
  }
}
