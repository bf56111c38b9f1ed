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

  /** A trainer of {@code model} with cross-entropy, AdamW(1e-3) and seed 0. */
  public static Trainer of(Sequential model) {
    return new Trainer(model);
  }

  /** What computes; by default {@link Engine#shared()}. */
  public Trainer engine(Engine value) {
    engine = value;
    return this;
  }

  Engine engine() {
    return engine == null ? Engine.shared() : engine;
  }

  /** What to make small. */
  public Trainer loss(Loss value) {
    loss = value;
    return this;
  }

  /** How to step. */
  public Trainer optimizer(Optimizer value) {
    plan = plan.optimizer(value);
    return this;
  }

  /** How the learning rate changes from step to step. */
  public Trainer schedule(Schedule value) {
    plan = plan.schedule(value);
    return this;
  }

  /** What keeps the parameters small. */
  public Trainer regularize(Regularizer... values) {
    plan = plan.regularize(values);
    return this;
  }

  /** What keeps the loss from changing fast with the samples; the reported loss includes it. */
  public Trainer gradientPenalty(GradientPenalty value) {
    gradientPenalty = value;
    return this;
  }

  /** How gradients are limited. */
  public Trainer clip(Clipping value) {
    plan = plan.clip(value);
    return this;
  }

  /** How the learning rate falls when the validation loss does not; needs a validation set. */
  public Trainer reduceOnPlateau(ReduceOnPlateau value) {
    plan = plan.reduceOnPlateau(value);
    return this;
  }

  /** What parameters keep to, applied in order after each step. */
  public Trainer constrain(Constraint... values) {
    plan = plan.constrain(values);
    return this;
  }

  /** Parameters with an optimizer of their own. */
  public Trainer groups(ParameterGroup... values) {
    plan = plan.groups(values);
    return this;
  }

  /** Parameters that stay as they are, see {@link dev.lanewise.tensor.Parameters#freeze}. */
  public Trainer freeze(String... patterns) {
    frozen = List.of(patterns);
    return this;
  }

  /**
   * Batches in a step, which then follows the gradient of all of them, see {@link
   * dev.lanewise.optim.GradientSum}. The last step of an epoch may have fewer. Schedules, reports
   * and checkpoints count steps.
   */
  public Trainer accumulate(int batches) {
    if (batches < 1) {
      throw new IllegalArgumentException("accumulate must be at least 1, found " + batches);
    }
    accumulate = batches;
    return this;
  }

  /**
   * An average of the parameters, which is what is validated, kept as the best, and in the model at
   * the end. Buffers, such as running statistics, are those of the parameters.
   */
  public Trainer average(WeightAverage value) {
    average = value;
    return this;
  }

  /** When to end before the last epoch; needs a validation set. */
  public Trainer earlyStopping(EarlyStopping value) {
    earlyStopping = value;
    return this;
  }

  /**
   * Where to write checkpoints, and after how many steps each; 0 for only when a listener ends the
   * run.
   */
  public Trainer checkpoints(CheckpointFolder folder, long everySteps) {
    return checkpoints(folder, CheckpointPolicy.everySteps(everySteps));
  }

  /** Where to write checkpoints, and when. */
  public Trainer checkpoints(CheckpointFolder folder, CheckpointPolicy policy) {
    checkpoints = folder;
    checkpointPolicy = policy;
    return this;
  }

  /**
   * Whether a checkpoint may be gone on from where the bits may differ from those of the machine it
   * was written on; by default {@link #fit} refuses that.
   */
  public Trainer ignoreFingerprint(boolean value) {
    ignoreFingerprint = value;
    return this;
  }

  /** Writes a hash of everything that training computes to {@code value}, which stays open. */
  public Trainer trace(HashTrace value) {
    trace = value;
    return this;
  }

  /**
   * Where to write the state and the batch of a step that is not finite, for {@link #replay}; by
   * default nowhere.
   */
  public Trainer keepFailedStep(Path folder) {
    failedSteps = folder;
    return this;
  }

  /**
   * Trains on when a checkpoint cannot be written (a full disk, a folder that is gone), and tells
   * {@code listener}; by default such a failure ends the run. Older checkpoints stay as they are.
   */
  public Trainer checkpointFailures(Consumer<UncheckedIOException> listener) {
    checkpointFailures = listener;
    return this;
  }

  /** Seed of the initial values, the order of samples and dropout. */
  public Trainer seed(long value) {
    seed = value;
    return this;
  }

  /** Adds a listener. */
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
   * @throws NonFiniteException if a step produces NaN or infinity; parameters are then as before it
   */
  public TrainingResult fit(Batches train, @Nullable Batches validation, int epochs) {
    return fit(train, validation, epochs, null);
  }

  /**
   * Goes on from a checkpoint of a run with the same settings and data, to the same bits as if it
   * had never stopped.
   *
   * @param from the checkpoint; null to start from the beginning
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
   */
  public StepReport replay(Batches train, Checkpoint bundle) {
    List<Batch> batches = ReplayBundle.batches(bundle);
    model.initialize(seed, DType.F32);
    try (var run = new TrainingRun(this, train, null, Integer.MAX_VALUE)) {
      run.restore(ReplayBundle.before(bundle));
      return run.step(batches.iterator());
    }
  }

  /** The loss of the model and what else measures it, without dropout and the like. */
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
