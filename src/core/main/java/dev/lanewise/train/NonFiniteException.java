package dev.lanewise.train;

import dev.lanewise.tensor.LanewiseException;

/** A training step produced NaN or infinity. The parameters are as they were before the step. */
public final class NonFiniteException extends LanewiseException {
  private static final long serialVersionUID = 1L;

  /** In {@code where} (an op or a parameter's gradient) at {@code step}. */
  public NonFiniteException(String where, long step, double learningRate) {
    super(
        ("Step %d: %s is not finite. The parameters are unchanged. Try a learning rate below %s,"
                + " gradient clipping, or look for bad values in the data.")
            .formatted(step, where, learningRate));
  }
}
