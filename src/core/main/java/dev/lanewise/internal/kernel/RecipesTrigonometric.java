package dev.lanewise.internal.kernel;

import static dev.lanewise.internal.kernel.Expr.constant;

/**
 * Sine and cosine: x = n pi + r with {@code |r| <= pi / 2}, so that one polynomial serves both and
 * only the sign depends on n. pi is taken off in three parts of full precision by fma (after Cody
 * and Waite): the first step is exact, the others round once each.
 */
final class RecipesTrigonometric {

  private RecipesTrigonometric() {}

  static Expr sin(Coefficients c, Expr x) {
    Expr n = round(c, x.mul(c.inversePi()));
    Expr r = remainder(c, x, n);
    Expr value = sinReduced(c, isEven(c, n, r, r.neg()));
    return x.abs().ifLess(constant(c.tiny()), x, value);
  }

  static Expr cos(Coefficients c, Expr x) {
    Expr n = round(c, x.fma(constant(c.inversePi()), -0.5));
    Expr r = remainder(c, x, n.add(0.5));
    return sinReduced(c, isEven(c, n, r.neg(), r));
  }

  private static Expr round(Coefficients c, Expr x) {
    return x.add(c.roundingMagic()).sub(c.roundingMagic());
  }

  private static Expr remainder(Coefficients c, Expr x, Expr n) {
    Expr r = x;
    for (double part : c.pi()) {
      r = n.fma(constant(-part), r);
    }
    return r;
  }

  private static Expr isEven(Coefficients c, Expr n, Expr then, Expr otherwise) {
    Expr half = n.mul(0.5);
    return round(c, half).ifEqual(half, then, otherwise);
  }

  private static Expr sinReduced(Coefficients c, Expr r) {
    Expr z = r.square();
    return Recipes.polynomial(z, c.sin()).fma(z.mul(r), r);
  }
}
