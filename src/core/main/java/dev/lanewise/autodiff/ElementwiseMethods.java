package dev.lanewise.autodiff;

import dev.lanewise.internal.op.ElementwiseTable;
import dev.lanewise.tensor.Tensor;

/**
 * The elementwise methods of {@link Var}, one for each row of the elementwise op table. They
 * compute in F32 or F64; results have the common type of the inputs and the shape that these
 * broadcast to. Functions follow math-v1, so that bits never depend on the machine.
 *
 * <p>All throw {@link dev.lanewise.tensor.ShapeException} if shapes do not broadcast, {@link
 * dev.lanewise.tensor.DTypeException} if types differ or are neither F32 nor F64, and {@link
 * IllegalArgumentException} if variables are on different tapes.
 */
public sealed interface ElementwiseMethods permits Var {

  private Var self() {
    return (Var) this;
  }

  // ---- elementwise, two inputs ----

  /**
   * {@return this + other}
   *
   * @param other what to add, broadcast with this
   */
  default Var add(Var other) {
    return self().apply(ElementwiseTable.ADD, other);
  }

  /**
   * {@return this - other}
   *
   * @param other what to take away, broadcast with this
   */
  default Var sub(Var other) {
    return self().apply(ElementwiseTable.SUB, other);
  }

  /**
   * {@return this * other, element by element; {@link Var#matmul} is the matrix product}
   *
   * @param other the factor, broadcast with this
   */
  default Var mul(Var other) {
    return self().apply(ElementwiseTable.MUL, other);
  }

  /**
   * {@return this / other}
   *
   * @param other the divisor, broadcast with this
   */
  default Var div(Var other) {
    return self().apply(ElementwiseTable.DIV, other);
  }

  /**
   * {@return the larger element of each pair} NaN wins; a tie shares the gradient.
   *
   * @param other what to compare with, broadcast with this
   */
  default Var maximum(Var other) {
    return self().apply(ElementwiseTable.MAXIMUM, other);
  }

  /**
   * {@return the smaller element of each pair} NaN wins; a tie shares the gradient.
   *
   * @param other what to compare with, broadcast with this
   */
  default Var minimum(Var other) {
    return self().apply(ElementwiseTable.MINIMUM, other);
  }

  /**
   * {@return this to the power of other}
   *
   * @param other the exponent, broadcast with this
   */
  default Var pow(Var other) {
    return self().apply(ElementwiseTable.POW, other);
  }

  /**
   * {@return this where {@code condition} is not zero, {@code other} elsewhere}
   *
   * @param condition of any type, cast to that of this; no gradient flows to it; broadcast with
   *     this
   * @param other what stands where the condition is zero, broadcast with this
   */
  default Var where(Tensor condition, Var other) {
    return self()
        .tape
        .constant(condition)
        .cast(self().dtype())
        .apply(ElementwiseTable.WHERE, self(), other);
  }

  // ---- elementwise, with a number ----

  /**
   * {@return this + c}
   *
   * @param c what to add, rounded to the type of this
   */
  default Var add(double c) {
    return self().apply(ElementwiseTable.ADD_SCALAR.with(c));
  }

  /**
   * {@return this * c}
   *
   * @param c the factor, rounded to the type of this
   */
  default Var mul(double c) {
    return self().apply(ElementwiseTable.MUL_SCALAR.with(c));
  }

  /**
   * {@return this / c}
   *
   * @param c the divisor, rounded to the type of this
   */
  default Var div(double c) {
    return self().apply(ElementwiseTable.DIV_SCALAR.with(c));
  }

  /**
   * {@return this to the power of c}
   *
   * @param c the exponent, rounded to the type of this
   */
  default Var pow(double c) {
    return self().apply(ElementwiseTable.POW_SCALAR.with(c));
  }

  /**
   * {@return x, or slope * x below 0} Maas et al. 2013.
   *
   * @param slope the slope below 0; PyTorch's default is 0.01
   */
  default Var leakyRelu(double slope) {
    return self().apply(ElementwiseTable.LEAKY_RELU.with(slope));
  }

  /**
   * {@return x, or alpha (e^x - 1) below 0} The exponential linear unit (Clevert et al. 2016).
   *
   * @param alpha minus the limit at minus infinity; PyTorch's default is 1
   */
  default Var elu(double alpha) {
    return self().apply(ElementwiseTable.ELU.with(alpha));
  }

  /**
   * {@return this - c}
   *
   * @param c what to take away, rounded to the type of this
   */
  default Var sub(double c) {
    return add(-c);
  }

  /**
   * {@return this limited to [min, max]} The gradient passes in between, ends included.
   *
   * @param min the least value
   * @param max the largest value; it wins if below {@code min}
   */
  default Var clamp(double min, double max) {
    return self().apply(ElementwiseTable.CLAMP.with(min, max));
  }

  // ---- elementwise, one input ----

  /** {@return -x} */
  default Var neg() {
    return self().apply(ElementwiseTable.NEG);
  }

  /** {@return |x|} The gradient at 0 is 0. */
  default Var abs() {
    return self().apply(ElementwiseTable.ABS);
  }

  /** {@return -1, 0 or 1} The gradient is 0. */
  default Var sign() {
    return self().apply(ElementwiseTable.SIGN);
  }

  /** {@return x^2} */
  default Var square() {
    return self().apply(ElementwiseTable.SQUARE);
  }

  /** {@return the square root; NaN below 0} */
  default Var sqrt() {
    return self().apply(ElementwiseTable.SQRT);
  }

  /** {@return 1 / sqrt(x)} */
  default Var rsqrt() {
    return self().apply(ElementwiseTable.RSQRT);
  }

  /** {@return 1 / x} */
  default Var reciprocal() {
    return self().apply(ElementwiseTable.RECIPROCAL);
  }

  /** {@return e^x} */
  default Var exp() {
    return self().apply(ElementwiseTable.EXP);
  }

  /** {@return 2^x} */
  default Var exp2() {
    return self().apply(ElementwiseTable.EXP2);
  }

  /** {@return e^x - 1, accurate near 0} */
  default Var expm1() {
    return self().apply(ElementwiseTable.EXPM1);
  }

  /** {@return the natural logarithm; NaN below 0} */
  default Var log() {
    return self().apply(ElementwiseTable.LOG);
  }

  /** {@return log(1 + x), accurate near 0; NaN below -1} */
  default Var log1p() {
    return self().apply(ElementwiseTable.LOG1P);
  }

  /** {@return the sine of x in radians} */
  default Var sin() {
    return self().apply(ElementwiseTable.SIN);
  }

  /** {@return the cosine of x in radians} */
  default Var cos() {
    return self().apply(ElementwiseTable.COS);
  }

  /** {@return the hyperbolic tangent} */
  default Var tanh() {
    return self().apply(ElementwiseTable.TANH);
  }

  /** {@return the error function} */
  default Var erf() {
    return self().apply(ElementwiseTable.ERF);
  }

  /** {@return 1 / (1 + e^-x)} */
  default Var sigmoid() {
    return self().apply(ElementwiseTable.SIGMOID);
  }

  /** {@return max(x, 0)} The gradient at 0 is 0. */
  default Var relu() {
    return self().apply(ElementwiseTable.RELU);
  }

  /**
   * {@return scale x, or scale alpha (e^x - 1) below 0} The scaled exponential linear unit
   * (Klambauer et al. 2017), with alpha = 1.6733 and scale = 1.0507.
   */
  default Var selu() {
    return self().apply(ElementwiseTable.SELU);
  }

  /** {@return log(1 + e^x), without overflow} */
  default Var softplus() {
    return self().apply(ElementwiseTable.SOFTPLUS);
  }

  /** {@return log(sigmoid(x)), without overflow} */
  default Var logSigmoid() {
    return self().apply(ElementwiseTable.LOG_SIGMOID);
  }

  /** {@return x / (1 + |x|)} */
  default Var softsign() {
    return self().apply(ElementwiseTable.SOFTSIGN);
  }

  /** {@return x sigmoid(x)} Elfwing et al. 2018. */
  default Var silu() {
    return self().apply(ElementwiseTable.SILU);
  }

  /** {@return x tanh(softplus(x))} Misra 2019. */
  default Var mish() {
    return self().apply(ElementwiseTable.MISH);
  }

  /**
   * {@return x (1 + erf(x / sqrt(2))) / 2} The Gaussian error linear unit, x Phi(x) (Hendrycks and
   * Gimpel 2016).
   */
  default Var gelu() {
    return self().apply(ElementwiseTable.GELU_ERF);
  }

  /**
   * {@return x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2} The tanh approximation of GELU,
   * from the same paper.
   */
  default Var geluTanh() {
    return self().apply(ElementwiseTable.GELU_TANH);
  }

  /** {@return clamp(x / 6 + 1/2, 0, 1)} */
  default Var hardSigmoid() {
    return self().apply(ElementwiseTable.HARD_SIGMOID);
  }

  /** {@return x hardSigmoid(x)} Howard et al. 2019. */
  default Var hardSwish() {
    return self().apply(ElementwiseTable.HARD_SWISH);
  }
}
