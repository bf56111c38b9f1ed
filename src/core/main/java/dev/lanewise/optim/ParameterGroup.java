package dev.lanewise.optim;

import dev.lanewise.tensor.NamePattern;

/**
 * Parameters with an optimizer of their own: another rate, another decay, or another algorithm.
 *
 * @param match which parameters, see {@link NamePattern}
 * @param optimizer how they follow their gradients; schedule, clipping and regularizers are those
 *     of the plan
 */
public record ParameterGroup(String match, Optimizer optimizer) {

  /** Refuses algorithms that only work on all parameters together. */
  public ParameterGroup {
    Check.require(
        !optimizer.needsClosure(),
        "groups",
        optimizer,
        "an optimizer that evaluates the gradients once a step");
  }
}
