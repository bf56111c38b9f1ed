package dev.lanewise.internal.kernel;

import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/** The functions of one argument: the expression, an independent reference and what is promised. */
enum FunctionCase {
  EXP(Functions.EXP, StrictMath::exp, 1),
  EXP2(Functions.EXP2, x -> StrictMath.pow(2, x), 1),
  EXPM1(Functions.EXPM1, StrictMath::expm1, 2),
  LOG(Functions.LOG, StrictMath::log, 1),
  LOG1P(Functions.LOG1P, StrictMath::log1p, 2),
  TANH(Functions.TANH, StrictMath::tanh, 2),
  SIGMOID(Functions.SIGMOID, FunctionCase::sigmoid, 2),
  ERF(Functions.ERF, FunctionCase::erf, 2),
  SIN(Functions.SIN, StrictMath::sin, 2),
  COS(Functions.COS, StrictMath::cos, 2),
  SOFTPLUS(Functions.softplus(Expr.input(0)), FunctionCase::softplus, 3),
  TANH_OF_SOFTPLUS(Functions.TANH_OF_SOFTPLUS, FunctionCase::tanhOfSoftplus, 4);

  /** The largest |x| for which sine and cosine of binary32 are defined. */
  static final float ANGLE_LIMIT = 0x1p17f;

  final Expr expression;

  private final DoubleUnaryOperator reference;

  /** Bound of the error over all binary32 numbers. */
  final double maxUlps;

  FunctionCase(LaneFunction function, DoubleUnaryOperator reference, double maxUlps) {
    this(function.of(Expr.input(0)), reference, maxUlps);
  }

  FunctionCase(Expr expression, DoubleUnaryOperator reference, double maxUlps) {
    this.expression = expression;
    this.reference = reference;
    this.maxUlps = maxUlps;
  }

  /** Its name in resource files. */
  String resourceName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The exact value for a binary32 argument, to far more digits than binary32 has. */
  double reference(float x) {
    return within(x, reference.applyAsDouble(x));
  }

  /** {@code value} where the function of binary32 is defined at {@code x}, else NaN. */
  double within(float x, double value) {
    return (this == SIN || this == COS) && Math.abs(x) > ANGLE_LIMIT ? Double.NaN : value;
  }

  private static double sigmoid(double x) {
    double t = StrictMath.exp(-Math.abs(x));
    return (x < 0 ? t : 1) / (1 + t);
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
  }

  private static double tanhOfSoftplus(double x) {
    double u = StrictMath.exp(Math.min(x, 40));
    return u * (u + 2) / (u * (u + 2) + 2);
  }

  /**
   * Abramowitz and Stegun 7.1.6, a series of positive terms: erf(x) = 2 / sqrt(pi) exp(-x^2) sum
   * 2^n x^(2n+1) / (2n+1)!!.
   */
  private static double erf(double x) {
    if (Math.abs(x) > 6) {
      return Math.copySign(1, x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 0x1p-60 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * StrictMath.exp(-x * x) * sum;
  }
}
