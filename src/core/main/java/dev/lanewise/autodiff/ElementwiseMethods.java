package dev.lanewise.autodiff;

import dev.lanewise.internal.op.ElementwiseTable;
import dev.lanewise.tensor.Tensor;

/** The elementwise methods of {@link Var}, one for each row of the elementwise op table. */
public sealed interface ElementwiseMethods permits Var {

  private Var self() {
    return (Var) this;
  }

  // ---- elementwise, two inputs ----

  /** This + other. */
  default Var add(Var other) {
    return self().apply(ElementwiseTable.ADD, other);
  }

  /** This - other. */
  default Var sub(Var other) {
    return self().apply(ElementwiseTable.SUB, other);
  }

  /** This * other, elementwise. */
  default Var mul(Var other) {
    return self().apply(ElementwiseTable.MUL, other);
  }

  /** This / other. */
  default Var div(Var other) {
    return self().apply(ElementwiseTable.DIV, other);
  }

  /** The larger; NaN wins, a tie shares the gradient. */
  default Var maximum(Var other) {
    return self().apply(ElementwiseTable.MAXIMUM, other);
  }

  /** The smaller; NaN wins, a tie shares the gradient. */
  default Var minimum(Var other) {
    return self().apply(ElementwiseTable.MINIMUM, other);
  }

  /** This to the power of other. */
  default Var pow(Var other) {
    return self().apply(ElementwiseTable.POW, other);
  }

  /**
   * This where {@code condition}, cast to the type of this, is not zero, {@code other} elsewhere.
   */
  default Var where(Tensor condition, Var other) {
    return self()
        .tape
        .constant(condition)
        .cast(self().dtype())
        .apply(ElementwiseTable.WHERE, self(), other);
  }

  // ---- elementwise, with a number ----

  /** This + c. */
  default Var add(double c) {
    return self().apply(ElementwiseTable.ADD_SCALAR.with(c));
  }

  /** This * c. */
  default Var mul(double c) {
    return self().apply(ElementwiseTable.MUL_SCALAR.with(c));
  }

  /** This / c. */
  default Var div(double c) {
    return self().apply(ElementwiseTable.DIV_SCALAR.with(c));
  }

  /** This to the power of c. */
  default Var pow(double c) {
    return self().apply(ElementwiseTable.POW_SCALAR.with(c));
  }

  /** X, or slope * x below 0. */
  default Var leakyRelu(double slope) {
    return self().apply(ElementwiseTable.LEAKY_RELU.with(slope));
  }

  /** X, or alpha (e^x - 1) below 0. */
  default Var elu(double alpha) {
    return self().apply(ElementwiseTable.ELU.with(alpha));
  }

  /** this - c. */
  default Var sub(double c) {
    return add(-c);
  }

  /** Limits to [min, max]; the gradient passes in between, ends included. */
  default Var clamp(double min, double max) {
    return self().apply(ElementwiseTable.CLAMP.with(min, max));
  }

  // ---- elementwise, one input ----

  /** -x. */
  default Var neg() {
    return self().apply(ElementwiseTable.NEG);
  }

  /** |x|; gradient 0 at 0. */
  default Var abs() {
    return self().apply(ElementwiseTable.ABS);
  }

  /** -1, 0 or 1. */
  default Var sign() {
    return self().apply(ElementwiseTable.SIGN);
  }

  /** X^2. */
  default Var square() {
    return self().apply(ElementwiseTable.SQUARE);
  }

  /** The square root. */
  default Var sqrt() {
    return self().apply(ElementwiseTable.SQRT);
  }

  /** 1 / sqrt(x). */
  default Var rsqrt() {
    return self().apply(ElementwiseTable.RSQRT);
  }

  /** 1 / x. */
  default Var reciprocal() {
    return self().apply(ElementwiseTable.RECIPROCAL);
  }

  /** E^x. */
  default Var exp() {
    return self().apply(ElementwiseTable.EXP);
  }

  /** E^x - 1. */
  default Var expm1() {
    return self().apply(ElementwiseTable.EXPM1);
  }

  /** The natural logarithm. */
  default Var log() {
    return self().apply(ElementwiseTable.LOG);
  }

  /** Log(1 + x). */
  default Var log1p() {
    return self().apply(ElementwiseTable.LOG1P);
  }

  /** The sine. */
  default Var sin() {
    return self().apply(ElementwiseTable.SIN);
  }

  /** The cosine. */
  default Var cos() {
    return self().apply(ElementwiseTable.COS);
  }

  /** The hyperbolic tangent. */
  default Var tanh() {
    return self().apply(ElementwiseTable.TANH);
  }

  /** The error function. */
  default Var erf() {
    return self().apply(ElementwiseTable.ERF);
  }

  /** 1 / (1 + e^-x). */
  default Var sigmoid() {
    return self().apply(ElementwiseTable.SIGMOID);
  }

  /** Max(x, 0); gradient 0 at 0. */
  default Var relu() {
    return self().apply(ElementwiseTable.RELU);
  }

  /** The scaled exponential linear unit (Klambauer et al. 2017). */
  default Var selu() {
    return self().apply(ElementwiseTable.SELU);
  }

  /** Log(1 + e^x). */
  default Var softplus() {
    return self().apply(ElementwiseTable.SOFTPLUS);
  }

  /** Log(sigmoid(x)). */
  default Var logSigmoid() {
    return self().apply(ElementwiseTable.LOG_SIGMOID);
  }

  /** X / (1 + |x|). */
  default Var softsign() {
    return self().apply(ElementwiseTable.SOFTSIGN);
  }

  /** X sigmoid(x). */
  default Var silu() {
    return self().apply(ElementwiseTable.SILU);
  }

  /** X tanh(softplus(x)) (Misra 2019). */
  default Var mish() {
    return self().apply(ElementwiseTable.MISH);
  }

  /** X Phi(x) by the error function (Hendrycks and Gimpel 2016). */
  default Var gelu() {
    return self().apply(ElementwiseTable.GELU_ERF);
  }

  /** The tanh approximation of GELU. */
  default Var geluTanh() {
    return self().apply(ElementwiseTable.GELU_TANH);
  }

  /** Clamp(x / 6 + 1/2, 0, 1). */
  default Var hardSigmoid() {
    return self().apply(ElementwiseTable.HARD_SIGMOID);
  }

  /** X hardSigmoid(x). */
  default Var hardSwish() {
    return self().apply(ElementwiseTable.HARD_SWISH);
  }
}
