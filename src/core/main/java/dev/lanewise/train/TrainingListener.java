package dev.lanewise.train;

import dev.lanewise.tensor.Tensor;
import java.util.Map;
import java.util.function.Supplier;

/** Watches a run. Called on the training thread; what it throws ends the run. */
public interface TrainingListener {

  /** After each step. */
  default void onStep(StepReport report) {}

  /**
   * After each step too: gives access to all tensors that a checkpoint would hold now, by their
   * names there. They are those of the run itself: to be read only, and until this returns.
   *
   * @param report the step
   * @param tensors collects them when asked
   */
  default void onState(StepReport report, Supplier<Map<String, Tensor>> tensors) {}

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
