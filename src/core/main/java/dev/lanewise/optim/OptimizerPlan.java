package dev.lanewise.optim;

import dev.lanewise.engine.Engine;
import dev.lanewise.tensor.DTypeException;
import dev.lanewise.tensor.OffHeapBudgetException;
import dev.lanewise.tensor.Parameters;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An optimizer with what goes around it. One step of it is one pass over memory: gradients are
 * clipped, then the gradients of the regularizers are added, then the algorithm takes its step. The
 * penalty itself is not clipped.
 *
 * @param optimizer the algorithm
 * @param schedule the learning rate at steps 0, 1, 2, ...
 * @param regularizers penalties, which add up; may be empty
 * @param clipping how gradients are limited; null for not at all
 * @param plateau when the learning rate falls with the loss; null for never
 * @param groups parameters with an optimizer of their own; one that several match belongs to the
 *     first
 * @param constraints what parameters keep to, applied in order after each step
 */
public record OptimizerPlan(
    Optimizer optimizer,
    Schedule schedule,
    List<Regularizer> regularizers,
    @Nullable Clipping clipping,
    @Nullable ReduceOnPlateau plateau,
    List<ParameterGroup> groups,
    List<Constraint> constraints) {

  /** Keeps copies of the lists. */
  public OptimizerPlan {
    regularizers = List.copyOf(regularizers);
    groups = List.copyOf(groups);
    constraints = List.copyOf(constraints);
    Check.require(
        !(optimizer instanceof Lbfgs) || groups.isEmpty() && clipping == null,
        "optimizer",
        "L-BFGS with parameter groups or clipping",
        "all parameters and their whole gradients");
  }

  /**
   * {@return a copy with another algorithm}
   *
   * @param value the algorithm; L-BFGS allows neither groups nor clipping
   */
  public OptimizerPlan optimizer(Optimizer value) {
    return new OptimizerPlan(value, schedule, regularizers, clipping, plateau, groups, constraints);
  }

  /**
   * {@return a copy with another schedule}
   *
   * @param value the schedule, which counts in steps
   */
  public OptimizerPlan schedule(Schedule value) {
    return new OptimizerPlan(
        optimizer, value, regularizers, clipping, plateau, groups, constraints);
  }

  /**
   * {@return a copy with other regularizers}
   *
   * @param values all of them; none for no penalty
   */
  public OptimizerPlan regularize(Regularizer... values) {
    return new OptimizerPlan(
        optimizer, schedule, List.of(values), clipping, plateau, groups, constraints);
  }

  /**
   * {@return a copy with another clipping}
   *
   * @param value the limit; null for none
   */
  public OptimizerPlan clip(@Nullable Clipping value) {
    return new OptimizerPlan(
        optimizer, schedule, regularizers, value, plateau, groups, constraints);
  }

  /**
   * {@return a copy with a learning rate that falls when the loss does not}
   *
   * @param value when it falls; null for never
   */
  public OptimizerPlan reduceOnPlateau(@Nullable ReduceOnPlateau value) {
    return new OptimizerPlan(
        optimizer, schedule, regularizers, clipping, value, groups, constraints);
  }

  /**
   * {@return a copy with some parameters treated differently}
   *
   * @param values all groups; a parameter that several match belongs to the first
   */
  public OptimizerPlan groups(ParameterGroup... values) {
    return new OptimizerPlan(
        optimizer, schedule, regularizers, clipping, plateau, List.of(values), constraints);
  }

  /**
   * {@return a copy with parameters that keep to something}
   *
   * @param values all constraints, applied in order after each step
   */
  public OptimizerPlan constrain(Constraint... values) {
    return new OptimizerPlan(
        optimizer, schedule, regularizers, clipping, plateau, groups, List.of(values));
  }

  /**
   * Starts on the shared engine, see {@link #start(Engine, Parameters)}.
   *
   * @param parameters what is trained; it must outlive the state
   * @return the state at step 0, to be closed
   */
  public OptimizerState start(Parameters parameters) {
    return start(Engine.shared(), parameters);
  }

  /**
   * Allocates the optimizer's state for {@code parameters}, at step 0.
   *
   * @param engine what computes
   * @param parameters what is trained, but for those that are frozen; it must outlive the state
   * @return the state, to be closed
   * @throws IllegalArgumentException if a group matches no parameter
   * @throws DTypeException if the parameters are neither F32 nor F64
   * @throws OffHeapBudgetException if the budget does not allow the state
   */
  public OptimizerState start(Engine engine, Parameters parameters) {
    return new OptimizerState(this, engine, parameters);
  }
}
