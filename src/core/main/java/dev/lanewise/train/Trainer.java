package dev.lanewise.train;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.data.Batch;
import dev.lanewise.data.Batches;
import dev.lanewise.engine.Engine;
import dev.lanewise.nn.Forward;
import dev.lanewise.nn.Loss;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.AdamW;
import dev.lanewise.optim.Clipping;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.OptimizerState;
import dev.lanewise.optim.Regularizer;
import dev.lanewise.optim.Schedule;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;
import java.util.ArrayList;
import java.util.List;
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
  private final Sequential model;
  private Engine engine = Engine.shared();
  private Loss loss = Loss.crossEntropy();
  private Optimizer optimizer = AdamW.of(1e-3);
  private @Nullable Schedule schedule;
  private List<Regularizer> regularizers = List.of();
  private @Nullable Clipping clipping;
  private @Nullable EarlyStopping earlyStopping;
  private long seed;
  private final List<TrainingListener> listeners = new ArrayList<>();

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

  /** What to make small. */
  public Trainer loss(Loss value) {
    loss = value;
    return this;
  }

  /** How to step. */
  public Trainer optimizer(Optimizer value) {
    optimizer = value;
    return this;
  }

  /** How the learning rate changes from step to step. */
  public Trainer schedule(Schedule value) {
    schedule = value;
    return this;
  }

  /** What keeps the parameters small. */
  public Trainer regularize(Regularizer... values) {
    regularizers = List.of(values);
    return this;
  }

  /** How gradients are limited. */
  public Trainer clip(Clipping value) {
    clipping = value;
    return this;
  }

  /** When to end before the last epoch; needs a validation set. */
  public Trainer earlyStopping(EarlyStopping value) {
    earlyStopping = value;
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
   * @param train batches of the training set
   * @param validation batches to evaluate after each epoch, or null
   * @param epochs passes over the training set, at least 1
   * @throws NonFiniteException if a step produces NaN or infinity; parameters are then as before it
   */
  public TrainingResult fit(Batches train, @Nullable Batches validation, int epochs) {
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs must be at least 1, found " + epochs);
    }
    if (earlyStopping != null && validation == null) {
      throw new IllegalArgumentException("early stopping needs a validation set");
    }
    engine.warmUp();
    model.initialize(seed, DType.F32);
    try (var run = new Run(train, validation, epochs)) {
      return run.go();
    }
  }

  /** Loss and accuracy of the model, without dropout and the like. */
  public Evaluation evaluate(Batches batches) {
    try (var tape = Tape.open(engine, model.store());
        var order = batches.epoch(seed, 0)) {
      var totals = new Totals();
      while (order.hasNext()) {
        Batch batch = order.next();
        tape.reset();
        Var output = model.predict(tape, tape.input(batch.x()));
        Var value = loss.of(output, tape.constant(batch.y()));
        totals.add(value.item(), accuracy(output, batch.y()), batch.y().dim(0));
      }
      return totals.evaluation();
    }
  }

  /** Share of rows whose largest output is at the class; NaN where there are no classes. */
  private double accuracy(Var output, Tensor target) {
    if (!loss.classifies()) {
      return Double.NaN;
    }
    int[] predicted = output.argmax(1, false).tensor().toInts();
    int[] classes = target.toInts();
    int correct = 0;
    for (int i = 0; i < classes.length; i++) {
      correct += predicted[i] == classes[i] ? 1 : 0;
    }
    return correct / (double) Math.max(1, classes.length);
  }

  /** Sums over batches, weighted by their samples. */
  private static final class Totals {
    private double loss;
    private double correct;
    private long samples;

    void add(double batchLoss, double batchAccuracy, long batchSamples) {
      loss += batchLoss * batchSamples;
      correct += batchAccuracy * batchSamples;
      samples += batchSamples;
    }

    Evaluation evaluation() {
      return new Evaluation(loss / samples, correct / samples, samples);
    }
  }

  /** The state of one call of {@link #fit}. */
  private final class Run implements AutoCloseable {
    private final Batches train;
    private final @Nullable Batches validation;
    private final int epochs;
    private final Tape tape = Tape.open(engine, model.store());
    private final OptimizerState state =
        optimizer.start(engine, model.store(), schedule, regularizers, clipping);
    private final List<EpochReport> reports = new ArrayList<>();
    private long step;
    private boolean stop;
    private @Nullable TensorStore best;
    private double bestLoss = Double.POSITIVE_INFINITY;
    private int epochsSinceBest;

    Run(Batches train, @Nullable Batches validation, int epochs) {
      this.train = train;
      this.validation = validation;
      this.epochs = epochs;
    }

    TrainingResult go() {
      boolean stoppedEarly = false;
      for (int epoch = 0; epoch < epochs && !stop && !stoppedEarly; epoch++) {
        EpochReport report = epoch(epoch);
        reports.add(report);
        for (TrainingListener listener : listeners) {
          listener.onEpoch(report);
        }
        stoppedEarly = noLongerImproves(report);
      }
      if (best != null) {
        model.store().values().flat().copyFrom(best.flat());
      }
      return new TrainingResult(List.copyOf(reports), step, stoppedEarly);
    }

    private EpochReport epoch(int epoch) {
      Totals totals = new Totals();
      long start = System.nanoTime();
      try (var order = train.epoch(seed, epoch)) {
        for (int i = 0; order.hasNext() && !stop; i++) {
          StepReport report = step(order.next(), epoch, i);
          totals.add(report.loss(), report.accuracy(), report.samples());
          for (TrainingListener listener : listeners) {
            listener.onStep(report);
            stop |= listener.wantsToStop();
          }
        }
      }
      double seconds = (System.nanoTime() - start) * 1e-9;
      Evaluation evaluated = validation == null ? null : evaluate(validation);
      return new EpochReport(epoch, epochs, step, totals.evaluation(), evaluated, seconds);
    }

    private StepReport step(Batch batch, int epoch, int index) {
      tape.reset();
      Var output = model.forward(Forward.training(tape, seed, step), tape.input(batch.x()));
      Var value = loss.of(output, tape.constant(batch.y()));
      double lossValue = value.item();
      tape.backward(value);
      double norm = state.gradientNorm();
      if (!Double.isFinite(lossValue) || !Double.isFinite(norm)) {
        throw new NonFiniteException(tape.firstNonFinite(), step, state.learningRate());
      }
      double rate = state.learningRate();
      state.step();
      int samples = (int) batch.y().dim(0);
      return new StepReport(
          step++,
          epoch,
          index,
          train.count(),
          samples,
          lossValue,
          accuracy(output, batch.y()),
          rate,
          norm);
    }

    private boolean noLongerImproves(EpochReport report) {
      if (earlyStopping == null || report.validation() == null) {
        return false;
      }
      if (report.validation().loss() < bestLoss - earlyStopping.minDelta()) {
        bestLoss = report.validation().loss();
        epochsSinceBest = 0;
        if (earlyStopping.restoreBest()) {
          if (best == null) {
            best = model.store().values().like("best parameters");
          }
          best.flat().copyFrom(model.store().values().flat());
        }
        return false;
      }
      epochsSinceBest++;
      return epochsSinceBest >= earlyStopping.patience();
    }

    @Override
    public void close() {
      tape.close();
      state.close();
      if (best != null) {
        best.close();
      }
    }
  }
}
