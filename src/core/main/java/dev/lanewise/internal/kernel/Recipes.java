package dev.lanewise.internal.kernel;

import static dev.lanewise.internal.kernel.Expr.constant;

/**
 * How the elementary functions are computed (math-v1), once for both precisions: the structure is
 * here, the numbers are in {@link Coefficients}. The order of every operation is part of the
 * result, so a change here is a new version of the specification.
 *
 * <p>The longest chain from argument to result counts for more than the number of operations, even
 * in long loops. So results beyond a range take the place of others at the end, where clamping the
 * argument would come before all else (measured: exp takes 0.84 of the time).
 *
 * <p>The arguments of exp-like functions are reduced to k ln 2 + r, |r| &lt;= ln(2) / 2, with ln 2
 * in two parts (Cody and Waite, Software Manual for the Elementary Functions, 1980); logarithms
 * follow the s = f / (2 + f) form in common use since 4.3BSD. The polynomials are minimax fits of
 * our own (Remez exchange; coefficients rounded one after the other, the rest refitted each time;
 * those of exp in binary32 then varied to lower the worst error of exp and tanh over all
 * arguments).
 */
final class Recipes {
  private static final Expr TWO = constant(2);
  static final double LN2 = 0x1.62e42fefa39efp-1;
  static final Expr INFINITY = constant(Double.POSITIVE_INFINITY);
  static final Expr NAN = constant(Double.NaN);

  private Recipes() {}

  /** x = k ln 2 + r. {@code shifted} is k + magic: subtracting magic + i gives k - i exactly. */
  private record Reduced(Expr shifted, Expr k, Expr high, Expr r) {

    /** What rounding took from r. */
    Expr lost(Coefficients c) {
      return k.fma(constant(-c.ln2Low()), high.sub(r));
    }
  }

  private static Reduced reduce(Coefficients c, Expr x) {
    Expr shifted = x.fma(constant(c.log2E()), c.roundingMagic());
    Expr k = shifted.sub(c.roundingMagic());
    Expr high = k.fma(constant(-c.ln2High()), x);
    return new Reduced(shifted, k, high, k.fma(constant(-c.ln2Low()), high));
  }

  /** exp(r) - 1 for the reduced r. */
  private static Expr expm1Reduced(Coefficients c, Expr r) {
    return polynomial(r, c.exp()).fma(r.square(), r);
  }

  /** min(x, bound) as a comparison, which costs half of an IEEE minimum; NaN stays NaN. */
  static Expr atMost(Expr x, double bound) {
    return constant(bound).ifLess(x, constant(bound), x);
  }

  /** max(x, bound) as a comparison; NaN stays NaN. */
  static Expr atLeast(Expr x, double bound) {
    return x.ifLess(constant(bound), constant(bound), x);
  }

  /**
   * x between the bounds, where low &lt; high; NaN stays NaN. Neither comparison waits for the
   * other.
   */
  private static Expr clamp(Expr x, double low, double high) {
    return x.ifLess(constant(low), constant(low), atMost(x, high));
  }

  /** Horner's rule. */
  static Expr polynomial(Expr x, double... coefficients) {
    Expr sum = constant(coefficients[coefficients.length - 1]);
    for (int i = coefficients.length - 2; i >= 0; i--) {
      sum = sum.fma(x, coefficients[i]);
    }
    return sum;
  }

  static Expr exp(Coefficients c, Expr x) {
    Expr value = expInRange(c, x);
    return constant(c.expOverflow()).ifLess(x, INFINITY, zeroBelowUnderflow(c, x, value));
  }

  /** exp(-x) for x that are not negative. */
  static Expr expOfNegated(Coefficients c, Expr x) {
    Expr negated = x.neg();
    return zeroBelowUnderflow(c, negated, expInRange(c, negated));
  }

  /** exp where it neither overflows nor underflows, any number elsewhere, NaN for NaN. */
  private static Expr expInRange(Coefficients c, Expr x) {
    Reduced reduced = reduce(c, x);
    return scale(c, reduced.shifted, expm1Reduced(c, reduced.r));
  }

  private static Expr zeroBelowUnderflow(Coefficients c, Expr x, Expr exp) {
    return x.ifLess(constant(c.expUnderflow()), Expr.ZERO, exp);
  }

  /** k is x rounded, r = (x - k) ln 2; what rounding took from r is added last. */
  static Expr exp2(Coefficients c, Expr x) {
    Expr clamped = clamp(x, 1.25 * c.minExponent(), 2 - c.minExponent());
    Expr shifted = clamped.add(c.roundingMagic());
    Expr f = clamped.sub(shifted.sub(c.roundingMagic()));
    Expr r = f.mul(LN2);
    Expr lost = f.fma(constant(LN2), r.neg());
    Expr p = r.add(polynomial(r, c.exp()).fma(r.square(), lost));
    return scale(c, shifted, p);
  }

  /** exp(x + low), where low is small beside one rounding step of large x. */
  static Expr exp(Coefficients c, Expr x, Expr low) {
    Expr clamped = clamp(x, c.expUnderflow(), c.expOverflow());
    Reduced reduced = reduce(c, clamped);
    Expr correction = reduced.k.fma(constant(-c.ln2Low()), low);
    Expr r = reduced.high.add(correction);
    Expr lost = correction.sub(r.sub(reduced.high));
    return scale(c, reduced.shifted, r.add(polynomial(r, c.exp()).fma(r.square(), lost)));
  }

  /**
   * 2^k (1 + p). The power goes in as 2^n with n = max(k - 1, minimum + 1), so that 2^n (1 + p) is
   * finite and normal, and as 2^(k - n), which is 2 or rounds once into the subnormals.
   */
  private static Expr scale(Coefficients c, Expr shifted, Expr p) {
    Expr k = shifted.sub(c.roundingMagic());
    Expr n = atLeast(shifted.sub(c.roundingMagic() + 1), c.minExponent() + 1);
    Expr power = n.pow2();
    return p.fma(power, power).mul(k.sub(n).pow2());
  }

  /**
   * 2^k ((1 - 2^-k) + r + r^2 q): the two leading terms are added without error (the larger one
   * comes first unless it is 0), so one code serves small and large x.
   */
  static Expr expm1(Coefficients c, Expr x) {
    Expr clamped = clamp(x, c.expm1Floor(), c.expOverflow());
    Reduced reduced = reduce(c, clamped);
    Expr r = reduced.r;
    Expr less = reduced.shifted.sub(c.roundingMagic() + 1);
    Expr offset =
        constant(c.roundingMagic() + 1).sub(reduced.shifted).pow2().fma(constant(-0.5), 1);
    Expr sum = offset.add(r);
    Expr error = r.sub(sum.sub(offset)).add(reduced.lost(c));
    Expr value = sum.add(polynomial(r, c.exp()).fma(r.square(), error));
    Expr scaled = value.mul(less.pow2()).mul(TWO);
    return x.abs().ifLess(constant(c.tiny()), x, scaled);
  }

  /** With w = exp(-2|x|): (1 - w) / (1 + w), both from expm1 so that small x keep their digits. */
  static Expr tanh(Coefficients c, Expr x) {
    Expr magnitude = x.abs();
    Reduced reduced = reduce(c, magnitude.mul(-2));
    Expr scale = reduced.k.pow2();
    Expr p = expm1Reduced(c, reduced.r);
    Expr numerator = p.fma(scale, scale.sub(1));
    Expr denominator = p.fma(scale, scale.add(1));
    Expr ceiling = constant(c.tanhCeiling());
    return ceiling.ifLess(magnitude, Expr.ONE, numerator.div(denominator)).copySign(x);
  }

  /**
   * With t = exp(-|x|): b / (1 + t), where b = exp(min(x, 0)) is t or 1; written b - b (t / (1 +
   * t)) because the rounding errors of the quotient then count little.
   */
  static Expr sigmoid(Coefficients c, Expr x) {
    Expr t = expOfNegated(c, x.abs());
    Expr b = x.ifLess(Expr.ZERO, t, Expr.ONE);
    return b.fma(t.div(constant(-1).sub(t)), b);
  }

  /** x = 2^e (1 + f), 1 + f in [sqrt(1/2), sqrt(2)]. */
  record Split(Expr e, Expr f) {}

  /**
   * Splits a positive finite x; subnormals and the highest binade are moved out of the way first.
   */
  static Split split(Coefficients c, Expr x) {
    double lift = c.log2Lift();
    Expr factor = x.ifLess(Expr.ONE, constant(Math.pow(2, lift)), constant(Math.pow(2, -lift)));
    Expr lifted = x.mul(factor);
    Expr k = lifted.mul(c.sqrtHalf()).exponent();
    Expr f = lifted.fma(constant(-1).sub(k).pow2(), -1);
    return new Split(k.add(x.ifLess(Expr.ONE, constant(1 - lift), constant(1 + lift))), f);
  }

  static Expr log(Coefficients c, Expr x) {
    Split split = split(c, x);
    return logOrSpecial(x, logReduced(c, split.e, split.f));
  }

  /**
   * 2^e is taken from the rounded 1 + x, but f = 2^-e x + (2^-e - 1) from x itself, with one
   * rounding. 2^-e may be subnormal, so it is built in two exact steps.
   */
  static Expr log1p(Coefficients c, Expr x) {
    double lift = 2 * c.log2Lift();
    Expr sum = x.add(1);
    Expr k = sum.mul(c.sqrtHalf()).exponent();
    Expr scale = constant(lift - 1).sub(k).pow2().mul(Math.pow(2, -lift));
    Expr f = x.fma(scale, scale.sub(1));
    Expr value = logOrSpecial(sum, logReduced(c, k.add(1), f));
    return x.abs().ifLess(constant(c.tiny()), x, value);
  }

  /** e ln 2 + log(1 + f) for 1 + f in [sqrt(1/2), sqrt(2)]. */
  private static Expr logReduced(Coefficients c, Expr e, Expr f) {
    Expr high = e.fma(constant(c.ln2High()), f);
    Expr low = f.sub(e.fma(constant(-c.ln2High()), high));
    Expr s = f.div(f.add(2));
    Expr z = s.square();
    Expr half = f.mul(0.5).mul(f);
    Expr tail = half.sub(polynomial(z, c.log()).fma(z, half).mul(s));
    return high.sub(tail.sub(e.fma(constant(c.ln2Low()), low)));
  }

  /** The logarithm of 0, negative, infinite and NaN x; else {@code value}. */
  private static Expr logOrSpecial(Expr x, Expr value) {
    return Expr.ZERO.ifLess(
        x, x.ifLess(INFINITY, value, x), x.ifEqual(Expr.ZERO, INFINITY.neg(), NAN));
  }

  static Expr erf(Coefficients c, Expr x) {
    Expr a = atMost(x.abs(), c.erfCeiling());
    Expr small = polynomial(a.square(), c.erfSmall()).fma(a, a);
    Reduced reduced = reduce(c, polynomial(a, c.erfLarge()));
    Expr complement = expm1Reduced(c, reduced.r).add(1);
    Expr large = complement.fma(reduced.k.pow2().neg(), 1);
    return a.ifLess(Expr.ONE, small, large).copySign(x);
  }
}
