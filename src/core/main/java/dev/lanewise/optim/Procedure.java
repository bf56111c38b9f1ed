package dev.lanewise.optim;

import java.util.Map;
import java.util.function.DoubleSupplier;

/** A step that evaluates the loss at several places. */
interface Procedure extends AutoCloseable {

  /**
   * Takes a step from the parameters and gradients as they are now. If it fails, the parameters are
   * as before.
   *
   * @param loss the loss now
   * @param again computes the loss and its gradients for the parameters as they are then
   */
  void step(double loss, DoubleSupplier again);

  /** Adds what it remembers, slots aside, to the state that a checkpoint keeps. */
  default void save(Map<String, String> state) {}

  /** Goes on from what {@link #save} told. */
  default void restore(Map<String, String> state) {}

  @Override
  void close();
}
