package dev.lanewise.train;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.data.Batch;
import dev.lanewise.data.Batches;
import dev.lanewise.io.Checkpoint;
import dev.lanewise.nn.Forward;
import dev.lanewise.optim.OptimizerState;
import dev.lanewise.tensor.LanewiseException;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of one call of {@link Trainer#fit}. All of it that matters to the bits goes into a
 * checkpoint: parameters, the optimizer's slots and step, the cursor (epoch and batch), the sums of
 * the epoch so far, and what early stopping remembers. Random numbers need no state.
 */
final class TrainingRun implements AutoCloseable {
  private static final String PARAMETERS = "parameters";
  private static final String BEST = "best";
  private static final String SLOTS = "optimizer";

  private final Trainer settings;
  private final Batches train;
  private final @Nullable Batches validation;
  private final int epochs;
  private final Tape tape;
  private final OptimizerState optimizer;
  private final TensorStore best;
  private final List<EpochReport> reports = new ArrayList<>();

  private long step;
  private int epoch;

  /** The next batch of the epoch. */
  private int batch;

  private Totals totals = new Totals();
  private double bestLoss = Double.POSITIVE_INFINITY;
  private int epochsSinceBest;
  private boolean stop;

  TrainingRun(Trainer settings, Batches train, @Nullable Batches validation, int epochs) {
    this.settings = settings;
    this.train = train;
    this.validation = validation;
    this.epochs = epochs;
    tape = Tape.open(settings.engine, settings.model.store());
    optimizer =
        settings.optimizer.start(
            settings.engine,
            settings.model.store(),
            settings.schedule,
            settings.regularizers,
            settings.clipping);
    best = values().like("best parameters");
  }

  private TensorStore values() {
    return settings.model.store().values();
  }

  TrainingResult go() {
    boolean stoppedEarly = false;
    for (; epoch < epochs && !stop && !stoppedEarly; epoch++) {
      EpochReport report = epoch();
      reports.add(report);
      for (TrainingListener listener : settings.listeners) {
        listener.onEpoch(report);
      }
      stoppedEarly = noLongerImproves(report);
      batch = 0;
      totals = new Totals();
    }
    EarlyStopping stopping = settings.earlyStopping;
    if (stopping != null
        && stopping.restoreBest()
        && bestLoss < Double.POSITIVE_INFINITY
        && !stop) {
      values().flat().copyFrom(best.flat());
    }
    return new TrainingResult(List.copyOf(reports), step, stoppedEarly);
  }

  /** The rest of an epoch, from {@link #batch} on. */
  private EpochReport epoch() {
    long start = System.nanoTime();
    try (var order = train.epoch(settings.seed, epoch, batch)) {
      while (order.hasNext() && !stop) {
        StepReport report = step(order.next());
        totals.add(report.loss(), report.accuracy(), report.samples());
        for (TrainingListener listener : settings.listeners) {
          listener.onStep(report);
          stop |= listener.wantsToStop();
        }
        saveIfDue();
      }
    }
    double seconds = (System.nanoTime() - start) * 1e-9;
    Evaluation evaluated = validation == null ? null : settings.evaluate(validation);
    return new EpochReport(epoch, epochs, step, totals.evaluation(), evaluated, seconds);
  }

  private StepReport step(Batch data) {
    tape.reset();
    Forward pass = Forward.training(tape, settings.seed, step);
    Var output = settings.model.forward(pass, tape.input(data.x()));
    Var value = settings.loss.of(output, tape.constant(data.y()));
    double loss = value.item();
    tape.backward(value);
    double norm = optimizer.gradientNorm();
    double rate = optimizer.learningRate();
    if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
      throw new NonFiniteException(tape.firstNonFinite(), step, rate);
    }
    optimizer.step();
    double accuracy = settings.accuracy(output, data.y());
    return new StepReport(
        step++, epoch, batch++, train.count(), data.size(), loss, accuracy, rate, norm);
  }

  private boolean noLongerImproves(EpochReport report) {
    EarlyStopping stopping = settings.earlyStopping;
    if (stopping == null || report.validation() == null) {
      return false;
    }
    if (report.validation().loss() < bestLoss - stopping.minDelta()) {
      bestLoss = report.validation().loss();
      epochsSinceBest = 0;
      best.flat().copyFrom(values().flat());
      return false;
    }
    epochsSinceBest++;
    return epochsSinceBest >= stopping.patience();
  }

  // ---- checkpoints ----

  private void saveIfDue() {
    CheckpointFolder folder = settings.checkpoints;
    boolean due = settings.checkpointEvery > 0 && step % settings.checkpointEvery == 0;
    if (folder != null && (due || stop)) {
      folder.save(checkpoint(), step);
    }
  }

  private Checkpoint checkpoint() {
    Map<String, String> state = new LinkedHashMap<>();
    state.put("seed", Long.toString(settings.seed));
    state.put("optimizer", optimizer.plan().toString());
    state.put("optimizer.steps", Long.toString(optimizer.steps()));
    state.put("step", Long.toString(step));
    state.put("epoch", Integer.toString(epoch));
    state.put("batch", Integer.toString(batch));
    totals.save(state);
    state.put("best.loss", Double.toHexString(bestLoss));
    state.put("best.epochs_since", Integer.toString(epochsSinceBest));
    for (TrainingListener listener : settings.listeners) {
      listener.onCheckpoint(state);
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    stores().forEach((prefix, store) -> collect(prefix, store, tensors));
    return new Checkpoint(tensors, state);
  }

  private Map<String, TensorStore> stores() {
    Map<String, TensorStore> stores = new LinkedHashMap<>();
    stores.put(PARAMETERS, values());
    optimizer.slots().forEach((name, slot) -> stores.put(SLOTS + "." + name, slot));
    if (settings.earlyStopping != null) {
      stores.put(BEST, best);
    }
    return stores;
  }

  private static void collect(String prefix, TensorStore store, Map<String, Tensor> tensors) {
    for (String name : store.names()) {
      tensors.put(prefix + "." + name, store.get(name));
    }
  }

  /** Takes the state of {@code from}, after checking that it is of this run. */
  void restore(Checkpoint from) {
    same("seed", Long.toString(settings.seed), from.require("seed"));
    same("optimizer", optimizer.plan().toString(), from.require("optimizer"));
    Map<String, Tensor> targets = new LinkedHashMap<>();
    stores().forEach((prefix, store) -> collect(prefix, store, targets));
    same("set of tensors", targets.keySet(), from.tensors().keySet());
    targets.forEach(
        (name, target) -> same("shape of " + name, target.shape(), require(from, name).shape()));
    targets.forEach((name, target) -> target.copyFrom(require(from, name)));
    optimizer.steps(Long.parseLong(from.require("optimizer.steps")));
    step = Long.parseLong(from.require("step"));
    epoch = Integer.parseInt(from.require("epoch"));
    batch = Integer.parseInt(from.require("batch"));
    totals = Totals.restore(from.state());
    bestLoss = Double.parseDouble(from.require("best.loss"));
    epochsSinceBest = Integer.parseInt(from.require("best.epochs_since"));
    for (TrainingListener listener : settings.listeners) {
      listener.onResume(from.state());
    }
  }

  private static Tensor require(Checkpoint from, String name) {
    Tensor tensor = from.tensors().get(name);
    if (tensor == null) {
      throw new LanewiseException("The checkpoint lacks the tensor " + name + ".");
    }
    return tensor;
  }

  private static void same(String what, Object here, Object there) {
    if (!here.equals(there)) {
      throw new LanewiseException(
          "The checkpoint is of another run: its %s is %s, this run's is %s."
              .formatted(what, there, here));
    }
  }

  @Override
  public void close() {
    tape.close();
    optimizer.close();
    best.close();
  }
}
