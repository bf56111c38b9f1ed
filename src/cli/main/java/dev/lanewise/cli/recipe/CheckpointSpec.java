package dev.lanewise.cli.recipe;

/**
 * How often to save.
 *
 * @param everySteps after how many steps each; 0: only when the run is interrupted
 * @param keep how many to keep, at least 1
 */
public record CheckpointSpec(int everySteps, int keep) {

  /** Checks the values. */
  public CheckpointSpec {
    if (everySteps < 0) {
      throw new IllegalArgumentException(
          "every_steps: found " + everySteps + ", expected at least 0");
    }
    if (keep < 1) {
      throw new IllegalArgumentException("keep: found " + keep + ", expected at least 1");
    }
  }
}
