package dev.lanewise.train;

/**
 * Ends training when the validation loss has not improved for {@code patience} epochs in a row.
 *
 * @param patience epochs without improvement before it ends, at least 1
 * @param minDelta by how much the loss must fall to count as an improvement, at least 0
 * @param restoreBest whether the best epoch's parameters are put back at the end
 */
public record EarlyStopping(int patience, double minDelta, boolean restoreBest) {

  /** Checks the values. */
  public EarlyStopping {
    if (patience < 1) {
      throw new IllegalArgumentException(
          "early_stopping: patience must be at least 1, found " + patience);
    }
    if (!(minDelta >= 0)) {
      throw new IllegalArgumentException(
          "early_stopping: min_delta must not be negative, found " + minDelta);
    }
  }

  /**
   * {@return a rule for which any improvement counts, and which puts the best parameters back}
   *
   * @param epochs epochs without improvement before it ends, at least 1
   */
  public static EarlyStopping patience(int epochs) {
    return new EarlyStopping(epochs, 0, true);
  }
}
