package dev.lanewise.internal.kernel;

import java.util.List;

/**
 * A named mathematical function of lanes: a polynomial recipe per precision and one rule for its
 * derivative. The recipes are the only arithmetic that is written once for each precision, because
 * degrees and constants differ; everything that calls a function is written once for both.
 *
 * @param name for messages and class names of compiled loops
 * @param f32 the recipe in binary32
 * @param f64 the recipe in binary64
 * @param derivative the partial derivatives
 */
public record LaneFunction(String name, Recipe f32, Recipe f64, Derivative derivative) {

  /** An expression of the arguments. */
  @FunctionalInterface
  public interface Recipe {
    /** The value for {@code args}. */
    Expr of(List<Expr> args);
  }

  /** A partial derivative. */
  @FunctionalInterface
  public interface Derivative {
    /** d result / d args[i], in terms of the arguments and the {@code result}. */
    Expr of(int i, List<Expr> args, Expr result);
  }

  /** The function applied to {@code args}. */
  public Expr of(Expr... args) {
    return Expr.call(this, args);
  }

  /** The recipe's expression in {@code precision}. */
  Expr expand(Precision precision, List<Expr> args) {
    return (precision == Precision.F32 ? f32 : f64).of(args);
  }
}
