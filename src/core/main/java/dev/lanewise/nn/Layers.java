package dev.lanewise.nn;

/** Short names for every activation, and for other layers without sizes, for a static import. */
public final class Layers {
  private Layers() {}

  /** {@return {@link Activation#RELU}} */
  public static Layer relu() {
    return Activation.RELU;
  }

  /** {@return a {@link LeakyRelu} with PyTorch's slope, 0.01} */
  public static Layer leakyRelu() {
    return leakyRelu(0.01);
  }

  /**
   * {@return a {@link LeakyRelu}}
   *
   * @param negativeSlope the slope below 0
   * @throws IllegalArgumentException if it is not finite
   */
  public static Layer leakyRelu(double negativeSlope) {
    return new LeakyRelu(negativeSlope);
  }

  /** {@return an {@link Elu} with PyTorch's alpha, 1} */
  public static Layer elu() {
    return elu(1);
  }

  /**
   * {@return an {@link Elu}}
   *
   * @param alpha minus the limit at minus infinity
   * @throws IllegalArgumentException if it is not finite
   */
  public static Layer elu(double alpha) {
    return new Elu(alpha);
  }

  /** {@return {@link Activation#SELU}} */
  public static Layer selu() {
    return Activation.SELU;
  }

  /** {@return {@link Activation#GELU}} */
  public static Layer gelu() {
    return Activation.GELU;
  }

  /** {@return {@link Activation#GELU_TANH}} */
  public static Layer geluTanh() {
    return Activation.GELU_TANH;
  }

  /** {@return {@link Activation#SILU}} */
  public static Layer silu() {
    return Activation.SILU;
  }

  /** {@return {@link Activation#MISH}} */
  public static Layer mish() {
    return Activation.MISH;
  }

  /** {@return {@link Activation#TANH}} */
  public static Layer tanh() {
    return Activation.TANH;
  }

  /** {@return {@link Activation#SIGMOID}} */
  public static Layer sigmoid() {
    return Activation.SIGMOID;
  }

  /** {@return {@link Activation#SOFTPLUS}} */
  public static Layer softplus() {
    return Activation.SOFTPLUS;
  }

  /** {@return {@link Activation#LOGSIGMOID}} */
  public static Layer logSigmoid() {
    return Activation.LOGSIGMOID;
  }

  /** {@return {@link Activation#SOFTSIGN}} */
  public static Layer softsign() {
    return Activation.SOFTSIGN;
  }

  /** {@return {@link Activation#HARDSIGMOID}} */
  public static Layer hardSigmoid() {
    return Activation.HARDSIGMOID;
  }

  /** {@return {@link Activation#HARDSWISH}} */
  public static Layer hardSwish() {
    return Activation.HARDSWISH;
  }

  /** {@return {@link Activation#SOFTMAX}} */
  public static Layer softmax() {
    return Activation.SOFTMAX;
  }

  /** {@return {@link Activation#LOG_SOFTMAX}} */
  public static Layer logSoftmax() {
    return Activation.LOG_SOFTMAX;
  }

  /**
   * {@return a layer that zeroes elements at random in training, see {@link Dropout}}
   *
   * @param probability of zeroing, in [0, 1)
   */
  public static Layer dropout(double probability) {
    return new Dropout(probability);
  }

  /** {@return a layer that merges all axes after the batch, see {@link Flatten}} */
  public static Layer flatten() {
    return new Flatten();
  }
}
