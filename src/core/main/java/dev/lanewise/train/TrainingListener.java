package dev.lanewise.train;

import dev.lanewise.tensor.Tensor;
import java.util.Map;
import java.util.function.Supplier;

/** Watches a run. Called on the training thread; what it throws ends the run. */
public interface TrainingListener {

  /**
   * Called after each step.
   *
   * @param report the step
   */
  default void onStep(StepReport report) {}

  /**
   * Called after each step too: gives access to all tensors that a checkpoint would hold now, by
   * their names there. They are those of the run itself: to be read only, and until this returns.
   *
   * @param report the step
   * @param tensors collects them when asked
   */
  default void onState(StepReport report, Supplier<Map<String, Tensor>> tensors) {}

  /**
   * Called after each epoch and its validation.
   *
   * @param report the epoch
   */
  default void onEpoch(EpochReport report) {}

  /**
   * Called while validation or test samples are measured.
   *
   * @param done samples so far
   */
  default void onEvaluation(long done) {}

  /**
   * Asked after each step.
   *
   * @return true to end the run after it, as if the epochs were over
   */
  default boolean wantsToStop() {
    return false;
  }

  /**
   * Called before a checkpoint is written.
   *
   * @param state receives what the listener must remember, under keys of its own
   */
  default void onCheckpoint(Map<String, String> state) {}

  /**
   * Called when a run goes on from a checkpoint.
   *
   * @param state holds what {@link #onCheckpoint} added
   */
  default void onResume(Map<String, String> state) {}
}
