package dev.lanewise.internal.kernel;

/** The elementary functions. */
public final class Functions {
  /** e^x. */
  public static final LaneFunction EXP = unary("exp", Recipes::exp, (x, y) -> y);

  /** e^x - 1. */
  public static final LaneFunction EXPM1 = unary("expm1", Recipes::expm1, (x, y) -> y.add(1));

  /** The natural logarithm. */
  public static final LaneFunction LOG = unary("log", Recipes::log, (x, y) -> x.reciprocal());

  /** The hyperbolic tangent. */
  public static final LaneFunction TANH = unary("tanh", Recipes::tanh, (x, y) -> y.neg().fma(y, 1));

  /** 1 / (1 + e^-x). */
  public static final LaneFunction SIGMOID =
      unary("sigmoid", Recipes::sigmoid, (x, y) -> y.mul(Expr.ONE.sub(y)));

  /** The error function. */
  public static final LaneFunction ERF =
      unary("erf", Recipes::erf, (x, y) -> EXP.of(x.square().neg()).mul(2 / Math.sqrt(Math.PI)));

  /** log(1 + x). */
  public static final LaneFunction LOG1P =
      unary("log1p", Recipes::log1p, (x, y) -> x.add(1).reciprocal());

  /** The sine of radians. */
  public static final LaneFunction SIN =
      unary("sin", RecipesTrigonometric::sin, (x, y) -> Functions.COS.of(x));

  /** The cosine of radians. */
  public static final LaneFunction COS =
      unary("cos", RecipesTrigonometric::cos, (x, y) -> SIN.of(x).neg());

  /** x^y. */
  public static final LaneFunction POW =
      new LaneFunction(
          "pow",
          args -> RecipesPower.pow(CoefficientsF32.F32, args.get(0), args.get(1)),
          args -> RecipesPower.pow(CoefficientsF64.F64, args.get(0), args.get(1)),
          Functions::powDerivative);

  private Functions() {}

  private static Expr powDerivative(int i, java.util.List<Expr> args, Expr result) {
    Expr x = args.get(0);
    Expr y = args.get(1);
    if (i == 0) {
      return y.ifEqual(Expr.ZERO, Expr.ZERO, y.mul(Functions.POW.of(x, y.sub(1))));
    }
    Expr slope = result.mul(LOG.of(x));
    return x.ifEqual(Expr.ZERO, Expr.ZERO.ifAtMost(y, Expr.ZERO, slope), slope);
  }

  @FunctionalInterface
  private interface UnaryRecipe {
    Expr of(Coefficients c, Expr x);
  }

  @FunctionalInterface
  private interface UnaryDerivative {
    Expr of(Expr x, Expr y);
  }

  private static LaneFunction unary(String name, UnaryRecipe recipe, UnaryDerivative derivative) {
    return new LaneFunction(
        name,
        args -> recipe.of(CoefficientsF32.F32, args.getFirst()),
        args -> recipe.of(CoefficientsF64.F64, args.getFirst()),
        (i, args, result) -> derivative.of(args.getFirst(), result));
  }
}
