package dev.lanewise.cli.verify;

import org.jspecify.annotations.Nullable;

/**
 * What a comparison came to.
 *
 * @param steps how many were compared
 * @param epochs how many were compared
 * @param weights how often saved weights were compared: checkpoints, with the optimizer's state,
 *     and the trained model
 * @param metric the first difference in the metrics, or null
 * @param tensor the first difference in saved tensors, or null
 */
public record Verdict(
    long steps, int epochs, int weights, @Nullable Difference metric, @Nullable Difference tensor) {

  /** Whether all that was compared agrees in every bit. */
  public boolean same() {
    return metric == null && tensor == null;
  }
}
