package dev.lanewise.train;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run of {@link Trainer#fit} did.
 *
 * @param epochs the epochs, in order
 * @param steps steps done
 * @param stoppedEarly whether early stopping ended it
 * @param interrupted whether a listener ended it before its last step
 */
public record TrainingResult(
    List<EpochReport> epochs, long steps, boolean stoppedEarly, boolean interrupted) {

  /** {@return the last evaluation on the validation set, or null if there was none} */
  public @Nullable Evaluation test() {
    return epochs.isEmpty() ? null : epochs.getLast().validation();
  }

  /**
   * Tells the training throughput: the median over the epochs after the first, which warms up the
   * JVM.
   *
   * @return samples per second; NaN without epochs
   */
  public double samplesPerSecond() {
    double[] rates =
        epochs.stream()
            .skip(epochs.size() > 1 ? 1 : 0)
            .mapToDouble(EpochReport::samplesPerSecond)
            .sorted()
            .toArray();
    return rates.length == 0 ? Double.NaN : rates[rates.length / 2];
  }
}
