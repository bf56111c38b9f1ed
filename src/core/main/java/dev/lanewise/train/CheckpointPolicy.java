package dev.lanewise.train;

import java.time.Duration;

/**
 * When checkpoints are written, apart from the one that is written when a listener ends the run.
 * When that is changes no bit of the run.
 *
 * @param everySteps after how many steps each, at least 0; 0 for never
 * @param every after how much time each, at the end of the step at hand; zero for never
 * @param keepBest whether the state of the epoch with the smallest validation loss so far is kept
 *     too, as {@code best.safetensors}
 */
public record CheckpointPolicy(long everySteps, Duration every, boolean keepBest) {

  /** Checks the values. */
  public CheckpointPolicy {
    if (everySteps < 0) {
      throw new IllegalArgumentException(
          "checkpoint.every_steps must not be negative, found " + everySteps);
    }
    if (every.isNegative()) {
      throw new IllegalArgumentException("checkpoint.every_minutes must not be negative");
    }
  }

  /**
   * {@return one checkpoint after each so many steps}
   *
   * @param steps how many, at least 0; 0 for only when a listener ends the run
   */
  public static CheckpointPolicy everySteps(long steps) {
    return new CheckpointPolicy(steps, Duration.ZERO, false);
  }

  /** Whether one is due after {@code step} steps, {@code nanos} after the last one. */
  boolean isDue(long step, long nanos) {
    return everySteps > 0 && step % everySteps == 0
        || every.isPositive() && nanos >= every.toNanos();
  }
}
