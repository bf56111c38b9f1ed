package dev.lanewise.internal.kernel;

import static dev.lanewise.internal.kernel.Expr.constant;

/**
 * Sine and cosine: x = n pi + r with |r| not above pi / 2, so that one polynomial serves both and
 * only the sign depends on n. pi is taken off in three parts of full precision by fma (after Cody
 * and Waite): the first step is exact, the others round once each. Beyond the angle limit the
 * rounding of 1 / pi would push r out of the range of the polynomial: NaN.
 */
final class RecipesTrigonometric {

  private RecipesTrigonometric() {}

  static Expr sin(Coefficients c, Expr x) {
    Expr size = x.abs();
    Expr n = withinLimit(c, size, wholes(c, x.fma(constant(c.inversePi()), c.roundingMagic())));
    Expr r = remainder(c, x, n);
    Expr value = sinReduced(c, ifEven(c, n, r, r.neg()));
    return size.ifLess(constant(c.tiny()), x, value);
  }

  /** With n + 1/2 in the place of n, the cosine is a sine, up to the sign. */
  static Expr cos(Coefficients c, Expr x) {
    Expr turns = x.fma(constant(c.inversePi()), -0.5);
    Expr n = withinLimit(c, x.abs(), wholes(c, turns.add(c.roundingMagic())));
    Expr r = remainder(c, x, n.add(0.5));
    return sinReduced(c, ifEven(c, n, r.neg(), r));
  }

  private static Expr withinLimit(Coefficients c, Expr size, Expr n) {
    return size.ifAtMost(constant(c.angleLimit()), n, Recipes.NAN);
  }

  /** The integer in the low digits of {@code shifted}. */
  private static Expr wholes(Coefficients c, Expr shifted) {
    return shifted.sub(c.roundingMagic());
  }

  private static Expr remainder(Coefficients c, Expr x, Expr n) {
    Expr r = x;
    for (double part : c.pi()) {
      r = n.fma(constant(-part), r);
    }
    return r;
  }

  private static Expr ifEven(Coefficients c, Expr n, Expr then, Expr otherwise) {
    Expr half = n.mul(0.5);
    return wholes(c, half.add(c.roundingMagic())).ifEqual(half, then, otherwise);
  }

  private static Expr sinReduced(Coefficients c, Expr r) {
    Expr z = r.square();
    return Recipes.polynomial(z, c.sin()).fma(z.mul(r), r);
  }
}
