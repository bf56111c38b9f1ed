package dev.lanewise.optim;

import dev.lanewise.engine.Engine;
import dev.lanewise.internal.engine.CpuEngine;
import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.tensor.LanewiseException;
import dev.lanewise.tensor.NamePattern;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.TensorStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An optimizer at work on one set of parameters. Its {@linkplain #slots slots} and what {@link
 * #save} tells are all that a checkpoint has to keep. Steps allocate no native memory. Not for
 * several threads at once.
 */
public final class OptimizerState implements AutoCloseable {
  private static final String STEPS = "optimizer.steps";

  /** An optimizer with what takes its steps. */
  private record Part(Optimizer optimizer, Updater updater) {}

  private final OptimizerPlan plan;
  private final Parameters parameters;
  private final Set<String> frozen;
  private final Penalty penalty;
  private final @Nullable PlateauState plateau;
  private final Slots slots = new Slots();
  private final Part[] parts;
  private final GradientNorm norm;
  private final FlatReduce values;
  private final Scope scope = Scope.open("optimizer");
  private final @Nullable Procedure procedure;
  private final Constrainer constrainer;
  private final List<Runnable> closers = new ArrayList<>(List.of(slots::close, scope::close));
  private long steps;

  /** The norm as measured since the last step, or NaN. */
  private double measured = Double.NaN;

  OptimizerState(OptimizerPlan plan, Engine engine, Parameters parameters) {
    CpuEngine cpu = (CpuEngine) engine;
    this.plan = plan;
    this.parameters = parameters;
    frozen = Set.copyOf(parameters.frozen());
    plateau = plan.plateau() == null ? null : new PlateauState(plan.plateau());
    penalty = Penalty.of(plan.regularizers());
    Workspace workspace = new Workspace(cpu, parameters, slots, scope);
    try {
      parts = parts(workspace);
      norm = new GradientNorm(cpu, parameters.gradients(), plan.clipping());
      closers.add(norm::close);
      values = new FlatReduce(cpu, parameters.values());
      closers.add(values::close);
      constrainer = new Constrainer(plan.constraints(), frozen, workspace);
      procedure = procedure(workspace);
      if (procedure != null) {
        closers.add(procedure::close);
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Deals the parameters out to the groups; what is left belongs to the plan's optimizer. */
  private Part[] parts(Workspace workspace) {
    Expr gradient = penalty.addTo(UpdateRule.clipped(plan.clipping()));
    List<String> left = new ArrayList<>(parameters.names());
    left.removeAll(frozen);
    List<Optimizer> optimizers = new ArrayList<>();
    List<Updater.Later> updaters = new ArrayList<>();
    for (ParameterGroup group : plan.groups()) {
      List<String> names = new NamePattern(group.match()).pick(parameters.names());
      names.retainAll(left);
      left.removeAll(names);
      optimizers.add(group.optimizer());
      updaters.add(Updater.of(group.optimizer(), names, gradient, workspace));
    }
    if (plan.optimizer() instanceof Lbfgs lbfgs) {
      LbfgsProcedure.want(lbfgs, workspace);
    } else {
      optimizers.add(plan.optimizer());
      updaters.add(Updater.of(plan.optimizer(), left, gradient, workspace));
    }
    slots.allocate(parameters.dtype(), parameters.names());
    Part[] all = new Part[updaters.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = new Part(optimizers.get(i), updaters.get(i).make());
    }
    return all;
  }

  private @Nullable Procedure procedure(Workspace workspace) {
    return switch (plan.optimizer()) {
      case Sam sam -> new SamProcedure(sam, workspace.engine(), parameters, this::update);
      case Lbfgs lbfgs -> {
        FlatMap penalize =
            new FlatMap(
                workspace.engine(),
                parameters.dtype(),
                List.of(penalty.addTo(UpdateRule.RAW_GRADIENT)),
                List.of(
                    FlatMap.Run.of(
                        parameters.values(), parameters.gradients(), parameters.gradients())));
        yield new LbfgsProcedure(
            lbfgs,
            workspace,
            this::rate,
            loss -> {
              penalize.run();
              return loss + penalty();
            });
      }
      default -> null;
    };
  }

  /** {@return what is being done} */
  public OptimizerPlan plan() {
    return plan;
  }

  /**
   * Gives access to what the algorithms remember of each parameter. To restore a checkpoint, copy
   * into the slots and {@link #restore}.
   *
   * @return the slots by PyTorch's names such as {@code exp_avg}, unmodifiable; each store has the
   *     names of the parameters that it is kept for, and lives as long as this
   */
  public Map<String, TensorStore> slots() {
    return Collections.unmodifiableMap(slots.stores());
  }

  /** {@return the number of steps done} */
  public long steps() {
    return steps;
  }

  /**
   * Adds everything but the slots to the state that a checkpoint keeps.
   *
   * @param state receives the values, under keys such as {@code optimizer.steps}
   */
  public void save(Map<String, String> state) {
    state.put(STEPS, Long.toString(steps));
    if (plateau != null) {
      plateau.save(state);
    }
    if (procedure != null) {
      procedure.save(state);
    }
  }

  /**
   * Goes on from what {@link #save} told.
   *
   * @param state with at least what it told
   * @throws LanewiseException if something is missing
   */
  public void restore(Map<String, String> state) {
    steps = Long.parseLong(Check.present(state, STEPS));
    if (plateau != null) {
      plateau.restore(state);
    }
    if (procedure != null) {
      procedure.restore(state);
    }
  }

  /**
   * Takes note of a validation loss, which {@link ReduceOnPlateau} goes by.
   *
   * @param loss the validation loss
   */
  public void observe(double loss) {
    if (plateau != null) {
      plateau.observe(loss);
    }
  }

  /** {@return the learning rate of the coming step, for the parameters that are in no group} */
  public double learningRate() {
    return rate(plan.optimizer().lr());
  }

  private double rate(double lr) {
    double scheduled = plan.schedule().rate(lr, steps);
    return plateau == null ? scheduled : plateau.reduced(scheduled);
  }

  /**
   * Measures the gradients as they are now, before clipping. The coming step clips by this value,
   * so the gradients must not change in between.
   *
   * @return their norm, at least 0: Euclidean, or the type that the clipping limits; infinite or
   *     NaN exactly if a gradient is
   */
  public double gradientNorm() {
    measured = norm.measure();
    return measured;
  }

  /** {@return what the regularizers add to the loss, for the parameters as they are now} */
  public double penalty() {
    return penalty.value(values);
  }

  /**
   * Changes the parameters by one step along their gradients.
   *
   * @throws IllegalStateException if parameters were frozen or unfrozen since the start, or if the
   *     algorithm needs more than the gradients as they are
   */
  public void step() {
    if (procedure != null) {
      throw new IllegalStateException(
          "step: %s evaluates the gradients more than once; use step(closure)."
              .formatted(plan.optimizer()));
    }
    checkFrozen();
    update();
    done();
  }

  /**
   * Changes the parameters by one step, for algorithms that evaluate the loss at several places;
   * the others evaluate it once.
   *
   * @param closure computes the loss and its gradients for the parameters as they are then
   * @return the loss before the step
   * @throws IllegalStateException if parameters were frozen or unfrozen since the start
   */
  public double step(DoubleSupplier closure) {
    double loss = closure.getAsDouble();
    step(loss, closure);
    return loss;
  }

  /**
   * The same, where the gradients of the parameters as they are have been computed already. If
   * {@code again} throws, the parameters are as before the step.
   *
   * @param loss the loss now
   * @param again as the closure of {@link #step(DoubleSupplier)}
   * @throws IllegalStateException if parameters were frozen or unfrozen since the start
   */
  public void step(double loss, DoubleSupplier again) {
    checkFrozen();
    if (procedure == null) {
      update();
    } else {
      measured = Double.NaN;
      procedure.step(loss, again);
    }
    done();
  }

  private void done() {
    constrainer.apply(learningRate());
    steps++;
    measured = Double.NaN;
  }

  private void checkFrozen() {
    Set<String> now = parameters.frozen();
    // the usual case first: comparing sets allocates
    if (!(frozen.isEmpty() && now.isEmpty()) && !frozen.equals(now)) {
      throw new IllegalStateException(
          "step: started with %s frozen, found %s; start the optimizer again after a change."
              .formatted(frozen, now));
    }
  }

  /** The step along the gradients as they are. */
  private void update() {
    double scale = 1;
    if (plan.clipping() instanceof Clipping.ClipNorm clip) {
      scale = clip.scale(Double.isNaN(measured) ? norm.measure() : measured);
    }
    // throws if the parameters are closed: the updaters only know their addresses
    parameters.values().flat().address();
    for (Part part : parts) {
      double momentum = plan.schedule().momentum(part.updater.momentum(), steps);
      part.updater.step(steps + 1, rate(part.optimizer.lr()), momentum, scale);
    }
  }

  /**
   * As {@link #step()}, for code that reads better with the parameters named.
   *
   * @param same the parameters it was started for
   * @throws IllegalArgumentException if these are not the parameters it was started for
   * @throws IllegalStateException as {@link #step()}
   */
  public void step(Parameters same) {
    if (same != parameters) {
      throw new IllegalArgumentException(
          "step: these are other parameters than the optimizer was started for.");
    }
    step();
  }

  /** Frees the slots; the parameters stay. */
  @Override
  public void close() {
    closers.forEach(Runnable::run);
  }
}
