package dev.lanewise.internal.kernel;

import java.util.List;

/**
 * The mathematical functions of lane expressions (math-v1): recipes of exactly specified
 * operations, so every machine, vector width and thread count gives the same bits.
 *
 * <p>NaN gives NaN, subnormal arguments and results are held to the same bounds, odd functions keep
 * the sign of zero. Worst errors in units in the last place: in binary32 over all 2^32 arguments
 * (sine and cosine: within their limit; pow: 2 * 10^7 random pairs), in binary64 over 20,000 random
 * arguments or more:
 *
 * <pre>
 *            exp   exp2  expm1  log   log1p  tanh  sigmoid  erf   sin   cos   pow   softplus
 * binary32   0.99  0.86  1.09   0.91  1.43   1.97  1.70     1.10  1.83  1.97  0.86  2.80
 * binary64   0.90  0.87  0.94   0.84  1.29   1.94  1.45     0.93  1.47  1.57  1.05
 * </pre>
 */
public final class Functions {

  private static final double SQRT_HALF = Math.sqrt(0.5);
  private static final double TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

  /** 2 sqrt(2 / pi): the inner factor of the tanh form of GELU, doubled. */
  private static final double GELU_LINEAR = 2 * Math.sqrt(2 / Math.PI);

  private static final double GELU_CUBIC = 0.044715 * GELU_LINEAR;

  /** From this x^2 on the gate of GELU is 0 or 1 in both precisions. */
  private static final double GELU_SATURATED = 625;

  /** e^x. */
  public static final LaneFunction EXP = unary("exp", Recipes::exp, (x, y) -> y);

  /** 2^x. */
  public static final LaneFunction EXP2 =
      unary("exp2", Recipes::exp2, (x, y) -> y.mul(Recipes.LN2));

  /** e^x - 1. */
  public static final LaneFunction EXPM1 = unary("expm1", Recipes::expm1, (x, y) -> y.add(1));

  /** The natural logarithm: -infinity at 0, NaN below. */
  public static final LaneFunction LOG = unary("log", Recipes::log, (x, y) -> x.reciprocal());

  /** log(1 + x): -infinity at -1, NaN below. */
  public static final LaneFunction LOG1P =
      unary("log1p", Recipes::log1p, (x, y) -> x.add(1).reciprocal());

  /** The hyperbolic tangent. */
  public static final LaneFunction TANH = unary("tanh", Recipes::tanh, (x, y) -> y.neg().fma(y, 1));

  /** 1 / (1 + e^-x). */
  public static final LaneFunction SIGMOID =
      unary("sigmoid", Recipes::sigmoid, (x, y) -> y.mul(Expr.ONE.sub(y)));

  /** The error function. */
  public static final LaneFunction ERF = unary("erf", Recipes::erf, (x, y) -> erfSlope(x));

  /** The sine of x radians, |x| up to 2^17 (F32) or 2^48 (F64); NaN beyond. */
  public static final LaneFunction SIN = unary("sin", RecipesTrigonometric::sin, (x, y) -> cos(x));

  /** The cosine of x radians, |x| up to 2^17 (F32) or 2^48 (F64); NaN beyond. */
  public static final LaneFunction COS =
      unary("cos", RecipesTrigonometric::cos, (x, y) -> SIN.of(x).neg());

  /**
   * x^y with the special cases of IEEE 754: those of {@link Math#pow}, but 1 for x = 1 and any y,
   * and for x = -1 and infinite y. The slope by x at y = 0 and the slope by y at x = 0, y &gt;= 0
   * are 0.
   */
  public static final LaneFunction POW =
      new LaneFunction(
          "pow",
          args -> RecipesPower.pow(CoefficientsF32.F32, args.get(0), args.get(1)),
          args -> RecipesPower.pow(CoefficientsF64.F64, args.get(0), args.get(1)),
          Functions::powSlope);

  private static final LaneFunction SOFTPLUS =
      unary("softplus", RecipesActivation::softplus, (x, y) -> SIGMOID.of(x));

  /** tanh(softplus(x)), the gate of {@link #mish}; worst error in binary32 3.3 ulps. */
  static final LaneFunction TANH_OF_SOFTPLUS =
      unary(
          "tanh_of_softplus",
          RecipesActivation::tanhOfSoftplus,
          (x, y) -> y.neg().fma(y, 1).mul(SIGMOID.of(x)));

  /**
   * sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3)). The square is clamped where its overflow would meet
   * a factor of 0.
   */
  private static final LaneFunction GELU_GATE =
      unary(
          "gelu_gate",
          (c, x) -> SIGMOID.of(geluPolynomial(x.square(), 1).mul(x)),
          (x, y) -> {
            Expr square = Recipes.atMost(x.square(), GELU_SATURATED);
            return y.mul(Expr.ONE.sub(y)).mul(geluPolynomial(square, 3));
          });

  private Functions() {}

  /** log(1 + e^x). */
  public static Expr softplus(Expr x) {
    return SOFTPLUS.of(x);
  }

  /** log(sigmoid(x)) = -softplus(-x). */
  public static Expr logSigmoid(Expr x) {
    return softplus(x.neg()).neg();
  }

  /** x sigmoid(x). */
  public static Expr silu(Expr x) {
    return x.mul(SIGMOID.of(x));
  }

  /** x tanh(softplus(x)). */
  public static Expr mish(Expr x) {
    return x.mul(TANH_OF_SOFTPLUS.of(x));
  }

  /** x (1 + erf(x / sqrt 2)) / 2. */
  public static Expr geluErf(Expr x) {
    return x.mul(ERF.of(x.mul(SQRT_HALF)).fma(Expr.constant(0.5), 0.5));
  }

  /** x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2. */
  public static Expr geluTanh(Expr x) {
    return x.mul(GELU_GATE.of(x));
  }

  private static Expr geluPolynomial(Expr square, int cubicFactor) {
    return square.fma(Expr.constant(cubicFactor * GELU_CUBIC), GELU_LINEAR);
  }

  private static Expr erfSlope(Expr x) {
    return EXP.of(x.square().neg()).mul(TWO_OVER_SQRT_PI);
  }

  private static Expr cos(Expr x) {
    return COS.of(x);
  }

  private static Expr powSlope(int i, List<Expr> args, Expr result) {
    Expr x = args.get(0);
    Expr y = args.get(1);
    if (i == 0) {
      return y.ifEqual(Expr.ZERO, Expr.ZERO, y.mul(POW.of(x, y.sub(1))));
    }
    Expr slope = result.mul(LOG.of(x));
    return x.ifEqual(Expr.ZERO, Expr.ZERO.ifAtMost(y, Expr.ZERO, slope), slope);
  }

  @FunctionalInterface
  private interface UnaryRecipe {
    Expr of(Coefficients c, Expr x);
  }

  @FunctionalInterface
  private interface UnarySlope {
    Expr of(Expr x, Expr y);
  }

  private static LaneFunction unary(String name, UnaryRecipe recipe, UnarySlope slope) {
    return new LaneFunction(
        name,
        args -> recipe.of(CoefficientsF32.F32, args.getFirst()),
        args -> recipe.of(CoefficientsF64.F64, args.getFirst()),
        (i, args, result) -> slope.of(args.getFirst(), result));
  }
}
