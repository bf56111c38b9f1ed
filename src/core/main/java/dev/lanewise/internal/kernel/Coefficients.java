package dev.lanewise.internal.kernel;

/**
 * The numbers by which the two precisions of a recipe in {@link Recipes} differ. Polynomials list
 * their coefficients from the constant term up; every number is exact in its precision.
 */
sealed interface Coefficients permits CoefficientsF32, CoefficientsF64 {

  /** 1.5 * 2^(digits - 1): adding and subtracting it rounds a moderate number to an integer. */
  double roundingMagic();

  /** The exponent of the smallest normal number. */
  double minExponent();

  /** 2^k that lifts every subnormal far into the normal range; the reciprocal is exact too. */
  double log2Lift();

  /** log2(e), rounded. */
  double log2E();

  /** The leading bits of ln 2: its product with any exponent is exact. */
  double ln2High();

  /** ln 2 - {@link #ln2High}, rounded. */
  double ln2Low();

  /** From here on exp is infinite. */
  double expOverflow();

  /** From here on down exp is zero. */
  double expUnderflow();

  /** q with exp(r) = 1 + r + r^2 q(r) for |r| &lt;= ln(2) / 2. */
  double[] exp();

  /** From here on down expm1 is -1. */
  double expm1Floor();

  /** 1 / sqrt(2), rounded. */
  double sqrtHalf();

  /** R with log(1 + f) = 2 s + s R(s^2) s^2, s = f / (2 + f), for 1 + f in [sqrt(1/2), sqrt(2)]. */
  double[] log();

  /** From here on tanh is 1. */
  double tanhCeiling();

  /** Below this magnitude f(x) = x for the functions with f(0) = 0 and f'(0) = 1. */
  double tiny();

  /** e with erf(x) = x + x e(x^2) for |x| &lt;= 1. */
  double[] erfSmall();

  /** l with erf(x) = 1 - exp(l(x)) for x between 1 and {@link #erfCeiling}. */
  double[] erfLarge();

  /** From here on erf is 1. */
  double erfCeiling();

  /** T with log(1 + f) = 2 s + 2/3 s^3 + s^5 T(s^2), s = f / (2 + f), for the same range. */
  double[] logTail();

  /** 2/3, rounded, and the remainder of it. */
  double[] twoThirds();

  /** A power of two above every y for which y is not an even integer. */
  double evenFrom();

  /** 1 / pi, rounded. */
  double inversePi();

  /** pi in parts of full precision: their sum is pi to about four times the precision. */
  double[] pi();

  /** S with sin(r) = r + r^3 S(r^2) for |r| slightly above pi / 2. */
  double[] sin();

  /**
   * Where the reduction of {@link #sin} arguments ends: n and its products are exact up to here.
   */
  double angleLimit();

  /** U with log(1 + t) = s + s^3 U(s^2), s = 2 t / (2 + t), for t in [0, 1]. */
  double[] log1pUnit();
}
