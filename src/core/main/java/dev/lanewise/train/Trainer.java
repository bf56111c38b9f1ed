package dev.lanewise.train;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.data.Batch;
import dev.lanewise.data.Batches;
import dev.lanewise.engine.Engine;
import dev.lanewise.io.Checkpoint;
import dev.lanewise.nn.GradientPenalty;
import dev.lanewise.nn.Loss;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.AdamW;
import dev.lanewise.optim.Clipping;
import dev.lanewise.optim.Constraint;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.OptimizerPlan;
import dev.lanewise.optim.ParameterGroup;
import dev.lanewise.optim.ReduceOnPlateau;
import dev.lanewise.optim.Regularizer;
import dev.lanewise.optim.Schedule;
import dev.lanewise.optim.WeightAverage;
import dev.lanewise.tensor.DType;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The training loop. What {@link #fit} computes is a pure function of the model, the data, the
 * settings here and the seed; threads and listeners change no bit.
 *
 * <pre>{@code
 * var result = Trainer.of(model).optimizer(AdamW.of(1e-3)).seed(42).fit(train, test, 10);
 * }</pre>
 *
 * <p>Settings change this trainer and return it, so that they can be chained.
 */
public final class Trainer {
  final Sequential model;
  private @Nullable Engine engine;
  Loss loss = Loss.crossEntropy();
  OptimizerPlan plan = AdamW.of(1e-3).plan();
  int accumulate = 1;
  List<String> frozen = List.of();
  @Nullable GradientPenalty gradientPenalty;
  @Nullable WeightAverage average;
  @Nullable EarlyStopping earlyStopping;
  @Nullable CheckpointFolder checkpoints;
  CheckpointPolicy checkpointPolicy = CheckpointPolicy.everySteps(0);
  @Nullable Consumer<UncheckedIOException> checkpointFailures;
  boolean ignoreFingerprint;
  @Nullable HashTrace trace;
  @Nullable Path failedSteps;
  long seed;
  final List<TrainingListener> listeners = new ArrayList<>();

  private Trainer(Sequential model) {
    this.model = model;
  }

  /**
   * {@return a trainer with cross-entropy, AdamW(1e-3) and seed 0}
   *
   * @param model what is trained; its parameters are initialized by {@link #fit}
   */
  public static Trainer of(Sequential model) {
    return new Trainer(model);
  }

  /**
   * Sets what computes.
   *
   * @param value the engine; by default {@link Engine#shared()}
   * @return this
   */
  public Trainer engine(Engine value) {
    engine = value;
    return this;
  }

  Engine engine() {
    return engine == null ? Engine.shared() : engine;
  }

  /**
   * Sets what to make small.
   *
   * @param value the loss; by default cross-entropy
   * @return this
   */
  public Trainer loss(Loss value) {
    loss = value;
    return this;
  }

  /**
   * Sets how to step.
   *
   * @param value the algorithm; by default AdamW(1e-3)
   * @return this
   */
  public Trainer optimizer(Optimizer value) {
    plan = plan.optimizer(value);
    return this;
  }

  /**
   * Sets how the learning rate changes.
   *
   * @param value the rate, which counts in steps; by default constant
   * @return this
   */
  public Trainer schedule(Schedule value) {
    plan = plan.schedule(value);
    return this;
  }

  /**
   * Sets what keeps the parameters small.
   *
   * @param values all penalties, which add up; none by default
   * @return this
   */
  public Trainer regularize(Regularizer... values) {
    plan = plan.regularize(values);
    return this;
  }

  /**
   * Sets what keeps the loss from changing fast with the samples. The reported loss includes it.
   *
   * @param value the penalty; none by default
   * @return this
   */
  public Trainer gradientPenalty(GradientPenalty value) {
    gradientPenalty = value;
    return this;
  }

  /**
   * Sets how gradients are limited.
   *
   * @param value the limit; none by default
   * @return this
   */
  public Trainer clip(Clipping value) {
    plan = plan.clip(value);
    return this;
  }

  /**
   * Sets how the learning rate falls when the validation loss does not.
   *
   * @param value when it falls; needs a validation set; never by default
   * @return this
   */
  public Trainer reduceOnPlateau(ReduceOnPlateau value) {
    plan = plan.reduceOnPlateau(value);
    return this;
  }

  /**
   * Sets what parameters keep to.
   *
   * @param values all constraints, applied in order after each step; none by default
   * @return this
   */
  public Trainer constrain(Constraint... values) {
    plan = plan.constrain(values);
    return this;
  }

  /**
   * Gives parameters an optimizer of their own.
   *
   * @param values all groups; a parameter that several match belongs to the first
   * @return this
   */
  public Trainer groups(ParameterGroup... values) {
    plan = plan.groups(values);
    return this;
  }

  /**
   * Keeps parameters as they are, see {@link dev.lanewise.tensor.Parameters#freeze}.
   *
   * @param patterns of their names, see {@link dev.lanewise.tensor.NamePattern}
   * @return this
   */
  public Trainer freeze(String... patterns) {
    frozen = List.of(patterns);
    return this;
  }

  /**
   * Makes a step follow the gradient of several batches together, see {@link
   * dev.lanewise.optim.GradientSum}. The last step of an epoch may have fewer. Schedules, reports
   * and checkpoints count steps.
   *
   * @param batches in a step, at least 1; 1 by default
   * @return this
   * @throws IllegalArgumentException if {@code batches} is less
   */
  public Trainer accumulate(int batches) {
    if (batches < 1) {
      throw new IllegalArgumentException("accumulate must be at least 1, found " + batches);
    }
    accumulate = batches;
    return this;
  }

  /**
   * Keeps an average of the parameters, which is what is validated, kept as the best, and in the
   * model at the end. Buffers, such as running statistics, are those of the parameters.
   *
   * @param value which average; none by default
   * @return this
   */
  public Trainer average(WeightAverage value) {
    average = value;
    return this;
  }

  /**
   * Sets when to end before the last epoch.
   *
   * @param value the rule; needs a validation set; never by default
   * @return this
   */
  public Trainer earlyStopping(EarlyStopping value) {
    earlyStopping = value;
    return this;
  }

  /**
   * Sets where to write checkpoints, and how often.
   *
   * @param folder where to; by default none are written
   * @param everySteps after how many steps each, at least 0; 0 for only when a listener ends the
   *     run
   * @return this
   */
  public Trainer checkpoints(CheckpointFolder folder, long everySteps) {
    return checkpoints(folder, CheckpointPolicy.everySteps(everySteps));
  }

  /**
   * Sets where to write checkpoints, and when.
   *
   * @param folder where to; by default none are written
   * @param policy when
   * @return this
   */
  public Trainer checkpoints(CheckpointFolder folder, CheckpointPolicy policy) {
    checkpoints = folder;
    checkpointPolicy = policy;
    return this;
  }

  /**
   * Allows to go on from a checkpoint where the bits may differ from those of the machine it was
   * written on.
   *
   * @param value true to allow it; by default {@link #fit} refuses
   * @return this
   */
  public Trainer ignoreFingerprint(boolean value) {
    ignoreFingerprint = value;
    return this;
  }

  /**
   * Writes a hash of everything that training computes.
   *
   * @param value where to; stays open; none by default
   * @return this
   */
  public Trainer trace(HashTrace value) {
    trace = value;
    return this;
  }

  /**
   * Keeps the state and the batch of a step that is not finite, for {@link #replay}.
   *
   * @param folder where to; by default nowhere
   * @return this
   */
  public Trainer keepFailedStep(Path folder) {
    failedSteps = folder;
    return this;
  }

  /**
   * Trains on when a checkpoint cannot be written (a full disk, a folder that is gone); by default
   * such a failure ends the run. Older checkpoints stay as they are.
   *
   * @param listener told of each failure
   * @return this
   */
  public Trainer checkpointFailures(Consumer<UncheckedIOException> listener) {
    checkpointFailures = listener;
    return this;
  }

  /**
   * Sets the seed of the initial values, the order of samples and dropout.
   *
   * @param value any number; 0 by default
   * @return this
   */
  public Trainer seed(long value) {
    seed = value;
    return this;
  }

  /**
   * Adds a listener.
   *
   * @param value called after those added before
   * @return this
   */
  public Trainer listener(TrainingListener value) {
    listeners.add(value);
    return this;
  }

  /**
   * Initializes the model from the seed and trains it.
   *
   * <p>When a step fails (not finite, out of memory, an interrupted wait for data), all state is as
   * before it, and is saved first if there are {@link #checkpoints}. An interrupt of the thread
   * ends the run after the step at hand.
   *
   * @param train batches of the training set
   * @param validation batches to evaluate after each epoch, or null
   * @param epochs passes over the training set, at least 1
   * @return what the run did
   * @throws NonFiniteException if a step produces NaN or infinity; parameters are then as before it
   * @throws IllegalArgumentException if there are no epochs, or a setting needs a validation set
   *     that is missing or does not go with the optimizer
   * @throws dev.lanewise.tensor.ShapeException if samples do not fit the model
   * @throws dev.lanewise.tensor.OffHeapBudgetException if the budget does not allow the run
   * @throws UncheckedIOException if a checkpoint cannot be written, unless {@link
   *     #checkpointFailures} allows it
   */
  public TrainingResult fit(Batches train, @Nullable Batches validation, int epochs) {
    return fit(train, validation, epochs, null);
  }

  /**
   * Goes on from a checkpoint of a run with the same settings and data, to the same bits as if it
   * had never stopped. Errors are those of {@link #fit(Batches, Batches, int)}, and:
   *
   * @param train batches of the training set
   * @param validation batches to evaluate after each epoch, or null
   * @param epochs passes over the training set, counted from the beginning, at least 1
   * @param from the checkpoint; null to start from the beginning
   * @return what the run did; its epochs begin with the one of the checkpoint
   * @throws dev.lanewise.tensor.LanewiseException if the checkpoint is of another model or
   *     optimizer
   * @throws dev.lanewise.engine.FingerprintMismatchException if the bits may differ here: in strict
   *     mode under other numeric specifications, in fast mode on another machine or OpenBLAS
   */
  public TrainingResult fit(
      Batches train, @Nullable Batches validation, int epochs, @Nullable Checkpoint from) {
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs must be at least 1, found " + epochs);
    }
    if (earlyStopping != null && validation == null) {
      throw new IllegalArgumentException("early stopping needs a validation set");
    }
    if (plan.plateau() != null && validation == null) {
      throw new IllegalArgumentException("reduce on plateau needs a validation set");
    }
    if (accumulate > 1 && plan.optimizer().needsClosure()) {
      throw new IllegalArgumentException(
          "accumulate: found %d, expected 1, as %s evaluates a batch more than once"
              .formatted(accumulate, plan.optimizer()));
    }
    engine().warmUp();
    model.initialize(seed, DType.F32);
    try (var run = new TrainingRun(this, train, validation, epochs)) {
      if (from != null) {
        run.restore(from);
      }
      return run.go();
    }
  }

  /**
   * Does a step again that failed in a run with the same settings and data.
   *
   * @param train batches of the training set
   * @param bundle what {@link #keepFailedStep} wrote
   * @return the step, if it does not fail here
   * @throws NonFiniteException if it fails again
   * @throws dev.lanewise.tensor.LanewiseException if the bundle is none, or is of another model or
   *     optimizer
   */
  public StepReport replay(Batches train, Checkpoint bundle) {
    List<Batch> batches = ReplayBundle.batches(bundle);
    model.initialize(seed, DType.F32);
    try (var run = new TrainingRun(this, train, null, Integer.MAX_VALUE)) {
      run.restore(ReplayBundle.before(bundle));
      return run.step(batches.iterator());
    }
  }

  /**
   * Measures the model as it is, without dropout and the like.
   *
   * @param batches what to measure it on
   * @return the mean loss over all samples, and what else measures them
   * @throws dev.lanewise.tensor.ShapeException if samples do not fit the model
   */
  public Evaluation evaluate(Batches batches) {
    try (var tape = Tape.open(engine(), model.store());
        var order = batches.epoch(seed, 0)) {
      var totals = new Totals();
      var measures = new Measures(loss);
      long done = 0;
      while (order.hasNext()) {
        Batch batch = order.next();
        tape.reset();
        Var output = model.predict(tape, tape.input(batch.x()));
        Var value = loss.of(output, tape.constant(batch.y()));
        totals.add(value.item(), Double.NaN, batch.y().dim(0));
        measures.add(output, batch.y());
        done += batch.x().dim(0);
        for (TrainingListener listener : listeners) {
          listener.onEvaluation(done);
        }
      }
      return measures.evaluation(totals);
    }
  }
}
