package dev.lanewise.internal.op;

import static dev.lanewise.internal.kernel.Expr.ONE;
import static dev.lanewise.internal.kernel.Expr.ZERO;
import static dev.lanewise.internal.kernel.Expr.constant;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.kernel.Functions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The table of elementwise ops. A row is a name and a lane expression; its kernels (scalar and
 * vector, both precisions), gradient and tests follow from it. Formulas and defaults are PyTorch's.
 */
public final class ElementwiseTable {

  /**
   * A row as tests see it.
   *
   * @param op the op, with example attributes
   * @param from lower end of where the op is smooth
   * @param to upper end
   */
  public record Row(Elementwise op, double from, double to) {}

  private static final List<Row> ROWS = new ArrayList<>();

  private static final Expr X = Expr.input(0);
  private static final Expr Y = Expr.input(1);
  private static final Expr Z = Expr.input(2);
  private static final Expr P = Expr.param(0);
  private static final Expr Q = Expr.param(1);
  private static final Expr HALF = constant(0.5);

  // ---- arithmetic ----

  public static final Elementwise ADD = row("add", X.add(Y));
  public static final Elementwise SUB = row("sub", X.sub(Y));
  public static final Elementwise MUL = row("mul", X.mul(Y));
  public static final Elementwise DIV = row("div", X.div(Y), 0.3, 3);
  public static final Elementwise MAXIMUM =
      row("maximum", X.max(Y), new Expr[] {shareOfLess(Y, X), shareOfLess(X, Y)}, -3, 3);
  public static final Elementwise MINIMUM =
      row("minimum", X.min(Y), new Expr[] {shareOfLess(X, Y), shareOfLess(Y, X)}, -3, 3);
  public static final Elementwise POW = row("pow", Functions.POW.of(X, Y), 0.3, 3);
  public static final Elementwise ADD_SCALAR = row("add_scalar", X.add(P), -3, 3, 0.7);
  public static final Elementwise MUL_SCALAR = row("mul_scalar", X.mul(P), -3, 3, 0.7);
  public static final Elementwise DIV_SCALAR = row("div_scalar", X.div(P), -3, 3, 0.7);
  public static final Elementwise POW_SCALAR =
      row("pow_scalar", Functions.POW.of(X, P), 0.3, 3, 2.7);

  /** Where the first input is nonzero the second, elsewhere the third. */
  public static final Elementwise WHERE =
      row("where", X.ifEqual(ZERO, Z, Y), new Expr[] {ZERO}, 0.3, 3);

  // ---- unary arithmetic ----

  public static final Elementwise NEG = row("neg", X.neg());
  public static final Elementwise ABS = row("abs", X.abs(), 0.1, 3);
  public static final Elementwise SIGN = row("sign", Expr.signOf(X), 0.1, 3);
  public static final Elementwise SQUARE = row("square", X.square());
  public static final Elementwise SQRT = row("sqrt", X.sqrt(), 0.1, 3);

  /** The last step of a norm: a square root whose slope at 0 is 0. */
  public static final Elementwise NORM_ROOT =
      row("norm_root", X.sqrt(), new Expr[] {Y.ifEqual(ZERO, ZERO, HALF.div(Y))}, 0.1, 3);

  public static final Elementwise RSQRT =
      row("rsqrt", ONE.div(X.sqrt()), new Expr[] {Y.div(X).mul(-0.5)}, 0.1, 3);
  public static final Elementwise RECIPROCAL =
      row("reciprocal", X.reciprocal(), new Expr[] {Y.square().neg()}, 0.3, 3);

  /** Limits to [p, q]; the gradient passes where p &lt;= x &lt;= q. */
  public static final Elementwise CLAMP =
      row(
          "clamp",
          X.max(P).min(Q),
          new Expr[] {P.ifAtMost(X, X.ifAtMost(Q, ONE, ZERO), ZERO)},
          -0.9,
          0.9,
          -1,
          1);

  // ---- functions ----

  public static final Elementwise EXP = row("exp", Functions.EXP.of(X));
  public static final Elementwise EXP2 = row("exp2", Functions.EXP2.of(X));
  public static final Elementwise EXPM1 = row("expm1", Functions.EXPM1.of(X));
  public static final Elementwise LOG = row("log", Functions.LOG.of(X), 0.1, 3);
  public static final Elementwise LOG1P = row("log1p", Functions.LOG1P.of(X), -0.7, 3);
  public static final Elementwise SIN = row("sin", Functions.SIN.of(X));
  public static final Elementwise COS = row("cos", Functions.COS.of(X));
  public static final Elementwise TANH = row("tanh", Functions.TANH.of(X));
  public static final Elementwise ERF = row("erf", Functions.ERF.of(X));
  public static final Elementwise SIGMOID = row("sigmoid", Functions.SIGMOID.of(X));

  // ---- activations ----

  public static final Elementwise RELU = row("relu", X.ifAtMost(ZERO, ZERO, X), 0.1, 3);
  public static final Elementwise LEAKY_RELU =
      row("leaky_relu", X.ifAtMost(ZERO, X.mul(P), X), 0.1, 3, 0.01);
  public static final Elementwise ELU =
      row("elu", X.ifAtMost(ZERO, Functions.EXPM1.of(X).mul(P), X), -3, -0.1, 1);
  public static final Elementwise SELU = row("selu", selu(), -3, -0.1);
  public static final Elementwise SOFTPLUS = row("softplus", Functions.softplus(X));
  public static final Elementwise LOG_SIGMOID = row("logsigmoid", Functions.logSigmoid(X));
  public static final Elementwise SOFTSIGN =
      row("softsign", X.div(X.abs().add(1)), new Expr[] {ONE.div(X.abs().add(1).square())}, -3, 3);
  public static final Elementwise SILU = row("silu", Functions.silu(X));
  public static final Elementwise MISH = row("mish", Functions.mish(X));
  public static final Elementwise GELU_ERF = row("gelu_erf", Functions.geluErf(X));
  public static final Elementwise GELU_TANH = row("gelu_tanh", Functions.geluTanh(X));
  public static final Elementwise HARD_SIGMOID =
      row("hardsigmoid", inner(ONE, X.div(constant(6)).add(HALF)), -2.5, 2.5);
  public static final Elementwise HARD_SWISH =
      row("hardswish", inner(X, X.mul(X.add(3)).div(constant(6))), -2.5, 2.5);

  private ElementwiseTable() {}

  /** All rows. */
  public static List<Row> rows() {
    return Collections.unmodifiableList(ROWS);
  }

  private static Elementwise row(String name, Expr expression) {
    return row(name, expression, -3, 3);
  }

  private static Elementwise row(
      String name, Expr expression, double from, double to, double... params) {
    return add(new Elementwise(name, expression, params), from, to);
  }

  private static Elementwise row(
      String name, Expr expression, Expr[] derivatives, double from, double to, double... params) {
    return add(new Elementwise(name, expression, derivatives, params), from, to);
  }

  private static Elementwise add(Elementwise op, double from, double to) {
    ROWS.add(new Row(op, from, to));
    return op;
  }

  /** 1 where a &lt; b, 0 where a &gt; b, and half of the gradient on a tie. */
  private static Expr shareOfLess(Expr a, Expr b) {
    return a.ifLess(b, ONE, a.ifEqual(b, HALF, ZERO));
  }

  /** Klambauer et al. 2017, Self-Normalizing Neural Networks. */
  private static Expr selu() {
    double alpha = 1.6732632423543772848170429916717;
    double scale = 1.0507009873554804934193349852946;
    return X.ifAtMost(ZERO, Functions.EXPM1.of(X).mul(alpha * scale), X.mul(scale));
  }

  /** 0 up to x = -3, {@code middle} between, {@code above} from x = 3 on. */
  private static Expr inner(Expr above, Expr middle) {
    return X.ifAtMost(constant(-3), ZERO, constant(3).ifAtMost(X, above, middle));
  }
}
