package dev.lanewise.nn;

/** Short names for layers without sizes, for a static import. */
public final class Layers {
  private Layers() {}

  /** {@link Activation#RELU}. */
  public static Layer relu() {
    return Activation.RELU;
  }

  /** {@link Activation#GELU}. */
  public static Layer gelu() {
    return Activation.GELU;
  }

  /** {@link Activation#TANH}. */
  public static Layer tanh() {
    return Activation.TANH;
  }

  /** {@link Activation#SIGMOID}. */
  public static Layer sigmoid() {
    return Activation.SIGMOID;
  }

  /** Zeroes elements with this probability in training, see {@link Dropout}. */
  public static Layer dropout(double probability) {
    return new Dropout(probability);
  }

  /** All axes after the batch as one, see {@link Flatten}. */
  public static Layer flatten() {
    return new Flatten();
  }
}
