package dev.lanewise.internal.kernel;

import static dev.lanewise.internal.kernel.Expr.constant;

/**
 * x^y as exp(y log|x|), the logarithm and the product carried in two words: an error of log|x|
 * counts |y log|x|| times in the result. Products are split by fma, sums by the two-sum of Dekker
 * (1971) with the larger term first.
 */
final class RecipesPower {

  private RecipesPower() {}

  /** An unevaluated sum; low is at most about a rounding step of high. */
  private record Pair(Expr high, Expr low) {}

  private static Pair sum(Expr larger, Expr smaller) {
    Expr high = larger.add(smaller);
    return new Pair(high, smaller.sub(high.sub(larger)));
  }

  private static Pair product(Expr a, Expr b) {
    Expr high = a.mul(b);
    return new Pair(high, a.fma(b, high.neg()));
  }

  static Expr pow(Coefficients c, Expr x, Expr y) {
    Expr magnitude = x.abs();
    Pair log = log(c, magnitude);
    Expr logHigh =
        magnitude.ifEqual(
            Expr.ZERO,
            Recipes.INFINITY.neg(),
            magnitude.ifEqual(Recipes.INFINITY, Recipes.INFINITY, log.high));
    Pair scaled = product(logHigh, y);
    Expr low = log.low.fma(y, scaled.low);
    Expr finiteLow = scaled.high.abs().ifLess(constant(2 * c.expOverflow()), low, Expr.ZERO);
    Expr power = Recipes.exp(c, scaled.high, finiteLow);
    Expr signed = withSign(c, x, y, magnitude.ifEqual(Expr.ONE, Expr.ONE, power));
    return y.ifEqual(Expr.ZERO, Expr.ONE, x.ifEqual(Expr.ONE, Expr.ONE, signed));
  }

  /** log x = e ln 2 + 2 s + 2/3 s^3 + ..., s = f / (2 + f), of a positive finite x. */
  private static Pair log(Coefficients c, Expr x) {
    Recipes.Split split = Recipes.split(c, x);
    Expr f = split.f();
    Pair divisor = sum(constant(2), f);
    Expr s = f.div(divisor.high);
    Expr rest = s.neg().fma(divisor.low, s.neg().fma(divisor.high, f));
    Expr sLow = rest.div(divisor.high);

    Pair square = product(s, s);
    Expr squareLow = s.add(s).fma(sLow, square.low);
    Pair cube = product(s, square.high);
    Expr cubeLow = s.fma(squareLow, sLow.fma(square.high, cube.low));
    double[] twoThirds = c.twoThirds();
    Pair third = product(cube.high, constant(twoThirds[0]));
    Expr thirdLow =
        cube.high.fma(constant(twoThirds[1]), cubeLow.fma(constant(twoThirds[0]), third.low));
    Expr tail =
        Recipes.polynomial(square.high, c.logTail()).mul(square.high).fma(cube.high, thirdLow);

    Pair series = sum(s.add(s), third.high);
    Pair total = sum(split.e().mul(c.ln2High()), series.high);
    Expr low =
        total.low.add(
            split.e().fma(constant(c.ln2Low()), sLow.fma(constant(2), series.low.add(tail))));
    return sum(total.high, low);
  }

  /** The sign of x^y for x with the sign bit set: NaN unless x is 0 or infinite or y an integer. */
  private static Expr withSign(Coefficients c, Expr x, Expr y, Expr power) {
    double even = c.evenFrom();
    Expr size = y.abs();
    Expr halves = Recipes.atMost(size, even).mul(0.5);
    Expr whole = Recipes.atMost(size, even / 2);
    Expr signed = isWhole(c, halves, power, power.neg());
    Expr zeroOrInfinite = isWhole(c, whole, signed, power);
    Expr finite = isWhole(c, whole, signed, Recipes.NAN);
    Expr negative =
        x.ifLess(
            Expr.ZERO, Recipes.INFINITY.neg().ifLess(x, finite, zeroOrInfinite), zeroOrInfinite);
    return Expr.ONE.copySign(x).ifLess(Expr.ZERO, negative, power);
  }

  /** Whether an x in [0, evenFrom / 2] is an integer. */
  private static Expr isWhole(Coefficients c, Expr x, Expr then, Expr otherwise) {
    double spacingOne = c.evenFrom() / 2;
    return x.add(spacingOne).sub(spacingOne).ifEqual(x, then, otherwise);
  }
}
