package dev.lanewise.optim;

import dev.lanewise.engine.Engine;
import dev.lanewise.tensor.Parameters;
import java.util.List;

/**
 * How parameters follow their gradients: an algorithm with its settings, without state. {@link
 * #start} gives it the state for a set of parameters:
 *
 * <pre>{@code
 * try (OptimizerState adam = AdamW.of(1e-3).start(params)) {
 *   for (...) {
 *     tape.backward(loss);
 *     adam.step();
 *   }
 * }
 * }</pre>
 *
 * <p>Each algorithm is a record with PyTorch's names and defaults; methods such as {@code
 * momentum(0.9)} or {@code betas(0.9, 0.99)} return a copy with other values. Impossible settings
 * throw {@link IllegalArgumentException}.
 */
public sealed interface Optimizer
    permits GradientDescent,
        Sgd,
        RmsProp,
        Adagrad,
        Adadelta,
        Adam,
        AdamW,
        Adamax,
        NAdam,
        RAdam,
        Rprop,
        Lion,
        Lamb,
        Adafactor,
        Muon,
        Lookahead,
        Sam,
        Lbfgs {

  /** {@return the learning rate that schedules start from, at least 0} */
  double lr();

  /**
   * {@return whether a step evaluates the gradients more than once, so that {@link
   * OptimizerState#step} has to be told how}
   */
  default boolean needsClosure() {
    return false;
  }

  /** {@return this algorithm with a constant learning rate, no regularizer and no clipping} */
  default OptimizerPlan plan() {
    return new OptimizerPlan(
        this, Schedule.constant(), List.of(), null, null, List.of(), List.of());
  }

  /**
   * {@return this algorithm with a learning rate that changes from step to step}
   *
   * @param schedule the rate, which counts in steps
   */
  default OptimizerPlan schedule(Schedule schedule) {
    return plan().schedule(schedule);
  }

  /**
   * {@return this algorithm with penalties on the size of the parameters}
   *
   * @param regularizers the penalties, which add up
   */
  default OptimizerPlan regularize(Regularizer... regularizers) {
    return plan().regularize(regularizers);
  }

  /**
   * {@return this algorithm with limited gradients}
   *
   * @param clipping the limit
   */
  default OptimizerPlan clip(Clipping clipping) {
    return plan().clip(clipping);
  }

  /**
   * Starts on the shared engine, see {@link OptimizerPlan#start(Engine, Parameters)}.
   *
   * @param parameters what is trained; it must outlive the state
   * @return the state at step 0, to be closed
   */
  default OptimizerState start(Parameters parameters) {
    return start(Engine.shared(), parameters);
  }

  /**
   * Starts this algorithm alone, see {@link OptimizerPlan#start(Engine, Parameters)}.
   *
   * @param engine what computes
   * @param parameters what is trained; it must outlive the state
   * @return the state at step 0, to be closed
   */
  default OptimizerState start(Engine engine, Parameters parameters) {
    return plan().start(engine, parameters);
  }
}
