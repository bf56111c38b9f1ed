package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;

/** What training makes small. */
public sealed interface Loss {

  /** The loss of {@code output} against {@code target}. */
  Var of(Var output, Var target);

  /** Whether the target is a class index, so that accuracy means something. */
  default boolean classifies() {
    return false;
  }

  /** Cross-entropy with softmax; the mean over the batch. */
  static Loss crossEntropy() {
    return new CrossEntropy(0, Averaging.MEAN);
  }

  /** Cross-entropy with label smoothing; the mean over the batch. */
  static Loss crossEntropy(double labelSmoothing) {
    return new CrossEntropy(labelSmoothing, Averaging.MEAN);
  }

  /** The mean squared error. */
  static Loss mse() {
    return new MeanSquaredError(Averaging.MEAN);
  }

  /** Binary cross-entropy of logits; the mean over all elements. */
  static Loss bceWithLogits() {
    return new BceWithLogits(Averaging.MEAN);
  }

  /**
   * Cross-entropy of logits [n, classes] with class indices [n] (I32), softmax included, see {@link
   * Var#crossEntropy}.
   *
   * @param labelSmoothing in [0, 1): this much of the target is spread over all classes
   */
  record CrossEntropy(double labelSmoothing, Averaging averaging) implements Loss {
    /** Checks the smoothing. */
    public CrossEntropy {
      if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
        throw new IllegalArgumentException(
            "cross_entropy: label_smoothing must be in [0, 1), found " + labelSmoothing);
      }
    }

    @Override
    public Var of(Var output, Var target) {
      return averaging.apply(output.crossEntropy(target, labelSmoothing));
    }

    @Override
    public boolean classifies() {
      return true;
    }
  }

  /** (output - target)^2. */
  record MeanSquaredError(Averaging averaging) implements Loss {
    @Override
    public Var of(Var output, Var target) {
      return averaging.apply(output.sub(target).square());
    }
  }

  /** softplus(x) - x t, which is -(t log sigmoid(x) + (1 - t) log(1 - sigmoid(x))). */
  record BceWithLogits(Averaging averaging) implements Loss {
    @Override
    public Var of(Var output, Var target) {
      return averaging.apply(output.softplus().sub(output.mul(target)));
    }
  }
}
