package dev.lanewise.cli.recipe;

import dev.lanewise.train.CheckpointPolicy;
import java.time.Duration;

/**
 * How often to save.
 *
 * @param everySteps after how many steps each; 0: only when the run is interrupted
 * @param everyMinutes after how many minutes each; 0: never
 * @param keep how many to keep, at least 1
 * @param keepBest whether the best epoch is kept too, by its validation loss
 * @param onFailure what a checkpoint that cannot be written does to the run
 */
public record CheckpointSpec(
    int everySteps, double everyMinutes, int keep, boolean keepBest, OnFailure onFailure) {

  /** What a checkpoint that cannot be written does to the run. */
  public enum OnFailure {
    /** Ends it: the checkpoints before are there to go on from. */
    STOP,
    /** Nothing: it is named, and the next is tried when it is due. */
    CONTINUE
  }

  private static final double NANOS_PER_MINUTE = 60e9;
  private static final double DECADE_IN_MINUTES = 5_256_000;

  /** Checks the values. */
  public CheckpointSpec {
    if (everySteps < 0) {
      throw new IllegalArgumentException(
          "every_steps: found " + everySteps + ", expected at least 0");
    }
    if (!(everyMinutes >= 0 && everyMinutes <= DECADE_IN_MINUTES)) {
      throw new IllegalArgumentException(
          "every_minutes: found " + everyMinutes + ", expected at least 0 and at most ten years");
    }
    if (keep < 1) {
      throw new IllegalArgumentException("keep: found " + keep + ", expected at least 1");
    }
  }

  /** As the trainer takes it. */
  public CheckpointPolicy policy() {
    return new CheckpointPolicy(
        everySteps, Duration.ofNanos((long) (everyMinutes * NANOS_PER_MINUTE)), keepBest);
  }
}
