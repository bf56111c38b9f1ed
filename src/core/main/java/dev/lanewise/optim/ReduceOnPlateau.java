package dev.lanewise.optim;

/**
 * Lowers the learning rate when a loss has stopped falling, as PyTorch's {@code ReduceLROnPlateau}
 * (mode min, relative threshold): after more than {@code patience} values in a row that were not
 * below {@code best * (1 - threshold)}, the rate is {@code factor} times what the schedule says,
 * and so on, but not below {@code minLr}.
 *
 * @param factor of each reduction, in [0, 1)
 * @param patience values without improvement that are let pass, at least 0
 * @param threshold share of the best value by which one must be lower to count, in [0, 1)
 * @param cooldown values after a reduction that are not counted, at least 0
 * @param minLr the lowest rate, at least 0
 */
public record ReduceOnPlateau(
    double factor, int patience, double threshold, int cooldown, double minLr) {

  /** Checks the values. */
  public ReduceOnPlateau {
    Check.decay("factor", factor);
    Check.count("patience", patience, 0);
    Check.decay("threshold", threshold);
    Check.count("cooldown", cooldown, 0);
    Check.atLeastZero("min_lr", minLr);
  }

  /** {@return PyTorch's defaults: a tenth after 10 values without improvement} */
  public static ReduceOnPlateau of() {
    return new ReduceOnPlateau(0.1, 10, 1e-4, 0, 0);
  }
}
