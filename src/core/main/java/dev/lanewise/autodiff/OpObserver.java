package dev.lanewise.autodiff;

import dev.lanewise.tensor.Tensor;

/** Hears of everything that is computed on a tape; see {@link Tape#observe}. */
@FunctionalInterface
public interface OpObserver {
  /**
   * After an op has run, forward or for a gradient. Views, which compute nothing, are left out.
   *
   * @param op its name
   * @param result what it computed, contiguous; valid during the call only
   */
  void computed(String op, Tensor result);
}
