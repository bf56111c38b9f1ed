package dev.lanewise.train;

/** Watches a run. Called on the training thread; what it throws ends the run. */
public interface TrainingListener {

  /** After each step. */
  default void onStep(StepReport report) {}

  /** After each epoch and its validation. */
  default void onEpoch(EpochReport report) {}

  /** Asked after each step: true ends the run after it, as if the epochs were over. */
  default boolean wantsToStop() {
    return false;
  }
}
