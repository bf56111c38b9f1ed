package dev.lanewise.train;

import java.util.Map;

/** Watches a run. Called on the training thread; what it throws ends the run. */
public interface TrainingListener {

  /** After each step. */
  default void onStep(StepReport report) {}

  /** After each epoch and its validation. */
  default void onEpoch(EpochReport report) {}

  /**
   * While validation or test samples are measured.
   *
   * @param done samples so far
   */
  default void onEvaluation(long done) {}

  /** Asked after each step: true ends the run after it, as if the epochs were over. */
  default boolean wantsToStop() {
    return false;
  }

  /**
   * Before a checkpoint is written: adds what the listener must remember, under keys of its own.
   */
  default void onCheckpoint(Map<String, String> state) {}

  /** When a run goes on from a checkpoint: what {@link #onCheckpoint} added is in {@code state}. */
  default void onResume(Map<String, String> state) {}
}
