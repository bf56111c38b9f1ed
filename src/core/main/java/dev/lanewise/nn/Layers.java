package dev.lanewise.nn;

/** Short names for layers without sizes, for a static import. */
public final class Layers {
  private Layers() {}

  /** {@return {@link Activation#RELU}} */
  public static Layer relu() {
    return Activation.RELU;
  }

  /** {@return {@link Activation#GELU}} */
  public static Layer gelu() {
    return Activation.GELU;
  }

  /** {@return {@link Activation#TANH}} */
  public static Layer tanh() {
    return Activation.TANH;
  }

  /** {@return {@link Activation#SIGMOID}} */
  public static Layer sigmoid() {
    return Activation.SIGMOID;
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
