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
 */
public record OptimizerPlan(
    Optimizer optimizer,
    Schedule schedule,
    List<Regularizer> regularizers,
    @Nullable Clipping clipping,
    @Nullable ReduceOnPlateau plateau,
    List<ParameterGroup> groups) {

  /** Keeps copies of the lists. */
  public OptimizerPlan {
    regularizers = List.copyOf(regularizers);
    groups = List.copyOf(groups);
  }

  /** This plan with another algorithm. */
  public OptimizerPlan optimizer(Optimizer value) {
    return new OptimizerPlan(value, schedule, regularizers, clipping, plateau, groups);
  }

  /** This plan with another schedule. */
  public OptimizerPlan schedule(Schedule value) {
    return new OptimizerPlan(optimizer, value, regularizers, clipping, plateau, groups);
  }

  /** This plan with other regularizers. */
  public OptimizerPlan regularize(Regularizer... values) {
    return new OptimizerPlan(optimizer, schedule, List.of(values), clipping, plateau, groups);
  }

  /** This plan with another clipping. */
  public OptimizerPlan clip(@Nullable Clipping value) {
    return new OptimizerPlan(optimizer, schedule, regularizers, value, plateau, groups);
  }

  /** This plan with a learning rate that falls when the loss does not. */
  public OptimizerPlan reduceOnPlateau(@Nullable ReduceOnPlateau value) {
    return new OptimizerPlan(optimizer, schedule, regularizers, clipping, value, groups);
  }

  /** This plan with some parameters treated differently. */
  public OptimizerPlan groups(ParameterGroup... values) {
    return new OptimizerPlan(optimizer, schedule, regularizers, clipping, plateau, List.of(values));
  }

  /** Starts on the shared engine, see {@link #start(Engine, Parameters)}. */
  public OptimizerState start(Parameters parameters) {
    return start(Engine.shared(), parameters);
  }

  /**
   * Allocates the optimizer's state for {@code parameters}, at step 0.
   *
   * @param engine what computes
   * @param parameters what is trained, but for those that are frozen; it must outlive the state
   * @throws IllegalArgumentException if a group matches no parameter
   * @throws DTypeException if the parameters are neither F32 nor F64
   * @throws OffHeapBudgetException if the budget does not allow the state
   */
  public OptimizerState start(Engine engine, Parameters parameters) {
    return new OptimizerState(this, engine, parameters);
  }
}
