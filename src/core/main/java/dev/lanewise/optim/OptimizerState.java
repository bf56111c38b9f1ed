package dev.lanewise.optim;

import dev.lanewise.engine.Engine;
import dev.lanewise.internal.engine.CpuEngine;
import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.optim.UpdateRule.Slot;
import dev.lanewise.tensor.LanewiseException;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.TensorStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An optimizer at work on one set of parameters. Its {@linkplain #slots slots} and what {@link
 * #save} tells are all that a checkpoint has to keep. Steps allocate no native memory. Not for
 * several threads at once.
 */
public final class OptimizerState implements AutoCloseable {
  private static final String STEPS = "optimizer.steps";

  private final OptimizerPlan plan;
  private final Parameters parameters;
  private final UpdateRule rule;
  private final Penalty penalty;
  private final FlatMap update;
  private final Map<String, TensorStore> slots = new LinkedHashMap<>();
  private final TensorStore[] slabs;
  private final GradientNorm norm;
  private final FlatReduce values;
  private final @Nullable PlateauState plateau;
  private final List<Runnable> closers = new ArrayList<>();

  /** Addresses of the inputs (values, gradients, slots), then of the outputs (values, slots). */
  private final long[] at;

  private final double[] params;
  private long steps;

  /** The norm as measured since the last step, or NaN. */
  private double measured = Double.NaN;

  OptimizerState(OptimizerPlan plan, Engine engine, Parameters parameters) {
    CpuEngine cpu = (CpuEngine) engine;
    this.plan = plan;
    this.parameters = parameters;
    plateau = plan.plateau() == null ? null : new PlateauState(plan.plateau());
    penalty = Penalty.of(plan.regularizers());
    rule = UpdateRule.of(plan.optimizer(), penalty.addTo(UpdateRule.clipped(plan.clipping())));
    List<Expr> outputs = new ArrayList<>();
    outputs.add(rule.value());
    rule.slots().forEach(slot -> outputs.add(slot.next()));
    update = new FlatMap(cpu, parameters.values(), outputs);
    at = new long[2 + rule.slots().size() + outputs.size()];
    params = new double[rule.params()];
    try {
      rule.slots().forEach(this::allocate);
      slabs = slots.values().toArray(TensorStore[]::new);
      norm = new GradientNorm(cpu, parameters.gradients(), plan.clipping());
      closers.add(norm::close);
      values = new FlatReduce(cpu, parameters.values());
      closers.add(values::close);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void allocate(Slot slot) {
    TensorStore store = parameters.values().like("optimizer " + slot.name());
    closers.add(store::close);
    slots.put(slot.name(), store);
    if (slot.initial() != 0) {
      // tensor by tensor: the padding between them stays zero
      store.names().forEach(name -> store.get(name).fill(slot.initial()));
    }
  }

  /** What is being done. */
  public OptimizerPlan plan() {
    return plan;
  }

  /**
   * What the algorithm remembers of each parameter, by PyTorch's names such as {@code exp_avg};
   * each store has the names and shapes of the parameters. To restore a checkpoint, copy into them
   * and {@link #restore}.
   */
  public Map<String, TensorStore> slots() {
    return Collections.unmodifiableMap(slots);
  }

  /** Number of steps done. */
  public long steps() {
    return steps;
  }

  /** Adds everything but the slots to the state that a checkpoint keeps. */
  public void save(Map<String, String> state) {
    state.put(STEPS, Long.toString(steps));
    if (plateau != null) {
      plateau.save(state);
    }
  }

  /**
   * Goes on from what {@link #save} told.
   *
   * @throws LanewiseException if something is missing
   */
  public void restore(Map<String, String> state) {
    steps = Long.parseLong(Check.present(state, STEPS));
    if (plateau != null) {
      plateau.restore(state);
    }
  }

  /** Takes note of a validation loss, which {@link ReduceOnPlateau} goes by. */
  public void observe(double loss) {
    if (plateau != null) {
      plateau.observe(loss);
    }
  }

  /** The learning rate of the coming step. */
  public double learningRate() {
    double scheduled = plan.schedule().rate(plan.optimizer().lr(), steps);
    return plateau == null ? scheduled : plateau.reduced(scheduled);
  }

  /**
   * The norm of the gradients as they are now, before clipping: Euclidean, or the type that the
   * clipping limits. It is infinite or NaN exactly if a gradient is. The coming step clips by this
   * value, so the gradients must not change in between.
   */
  public double gradientNorm() {
    measured = norm.measure();
    return measured;
  }

  /** What the regularizers add to the loss, for the parameters as they are now. */
  public double penalty() {
    return penalty.value(values);
  }

  /** Changes the parameters by one step along their gradients. */
  public void step() {
    double scale = 1;
    if (plan.clipping() instanceof Clipping.ClipNorm clip) {
      scale = clip.scale(Double.isNaN(measured) ? norm.measure() : measured);
    }
    double momentum = plan.schedule().momentum(rule.momentum(), steps);
    rule.fill(params, steps + 1, learningRate(), scale, momentum);
    fillAddresses();
    update.run(at, params);
    steps++;
    measured = Double.NaN;
  }

  /**
   * As {@link #step()}, for code that reads better with the parameters named.
   *
   * @throws IllegalArgumentException if these are not the parameters it was started for
   */
  public void step(Parameters same) {
    if (same != parameters) {
      throw new IllegalArgumentException(
          "step: these are other parameters than the optimizer was started for.");
    }
    step();
  }

  private void fillAddresses() {
    long value = parameters.values().flat().address();
    at[0] = value;
    at[1] = parameters.gradients().flat().address();
    at[2 + slabs.length] = value;
    for (int i = 0; i < slabs.length; i++) {
      long slot = slabs[i].flat().address();
      at[2 + i] = slot;
      at[3 + slabs.length + i] = slot;
    }
  }

  /** Frees the slots; the parameters stay. */
  @Override
  public void close() {
    closers.forEach(Runnable::run);
  }
}
