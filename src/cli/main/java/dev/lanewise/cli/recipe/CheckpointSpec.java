package dev.lanewise.cli.recipe;

/**
 * How often to save.
 *
 * @param everySteps 0: only the model at the end
 * @param keep how many to keep, at least 1
 */
public record CheckpointSpec(int everySteps, int keep) {

  /** Checks the values. */
  public CheckpointSpec {
    if (everySteps != 0) {
      throw new IllegalArgumentException(
          "every_steps: found "
              + everySteps
              + ", expected 0: this version does not write checkpoints yet");
    }
    if (keep < 1) {
      throw new IllegalArgumentException("keep: found " + keep + ", expected at least 1");
    }
  }
}
