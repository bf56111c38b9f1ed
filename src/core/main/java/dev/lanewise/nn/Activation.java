package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Activation functions without settings, as layers; recipes know them by their name in lower case.
 * {@link LeakyRelu} and {@link Elu} have a setting; {@link Layers} has a short name for each.
 */
public enum Activation implements Layer {
  /** max(x, 0). */
  RELU(Var::relu),
  /** See {@link Var#selu()}. */
  SELU(Var::selu),
  /** x Phi(x). */
  GELU(Var::gelu),
  /** The tanh approximation of GELU. */
  GELU_TANH(Var::geluTanh),
  /** x sigmoid(x). */
  SILU(Var::silu),
  /** x tanh(softplus(x)). */
  MISH(Var::mish),
  /** The hyperbolic tangent. */
  TANH(Var::tanh),
  /** 1 / (1 + e^-x). */
  SIGMOID(Var::sigmoid),
  /** log(1 + e^x). */
  SOFTPLUS(Var::softplus),
  /** log(sigmoid(x)). */
  LOGSIGMOID(Var::logSigmoid),
  /** x / (1 + |x|). */
  SOFTSIGN(Var::softsign),
  /** clamp(x / 6 + 1/2, 0, 1). */
  HARDSIGMOID(Var::hardSigmoid),
  /** x hardsigmoid(x). */
  HARDSWISH(Var::hardSwish),
  /** e^x / sum(e^x) along the last axis; cross-entropy includes it. */
  SOFTMAX(x -> x.softmax(-1)),
  /** The logarithm of the softmax along the last axis. */
  LOG_SOFTMAX(x -> x.logSoftmax(-1));

  private final UnaryOperator<Var> function;

  Activation(UnaryOperator<Var> function) {
    this.function = function;
  }

  @Override
  public String describe() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Shape outputShape(Shape sample) {
    return sample;
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return function.apply(x);
  }
}
