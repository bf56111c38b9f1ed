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

  private Functions() {}

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
