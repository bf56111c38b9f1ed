package dev.lanewise.train;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.data.Batch;
import dev.lanewise.data.Batches;
import dev.lanewise.engine.Fingerprint;
import dev.lanewise.io.Checkpoint;
import dev.lanewise.nn.Forward;
import dev.lanewise.optim.OptimizerState;
import dev.lanewise.tensor.LanewiseException;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of one call of {@link Trainer#fit}. All of it that matters to the bits goes into a
 * checkpoint: parameters, the optimizer's slots and step, the cursor (epoch and batch), the sums of
 * the epoch so far, and what early stopping remembers. Random numbers need no state.
 */
final class TrainingRun implements AutoCloseable {
  private static final String PARAMETERS = "parameters";
  private static final String BUFFERS = "buffers";
  private static final String BEST = "best";
  private static final String BEST_BUFFERS = "best_buffers";
  private static final String SLOTS = "optimizer";
  private static final String FINGERPRINT = "fingerprint.";

  private final Trainer settings;
  private final Batches train;
  private final @Nullable Batches validation;
  private final int epochs;
  private final Tape tape;
  private final OptimizerState optimizer;

  /** The buffers before the step at hand, which a step that is refused puts back. */
  private final TensorStore buffersBefore;

  /** Parameters and buffers of the best epoch, if early stopping wants to know them. */
  private final @Nullable TensorStore best;

  private final @Nullable TensorStore bestBuffers;
  private final List<Runnable> closers = new ArrayList<>();
  private final List<EpochReport> reports = new ArrayList<>();

  private long step;
  private int epoch;

  /** The next batch of the epoch. */
  private int batch;

  private Totals totals = new Totals();

  /** Samples of this epoch that came before the checkpoint it went on from. */
  private long samplesBefore;

  private double bestLoss = Double.POSITIVE_INFINITY;
  private int epochsSinceBest;
  private boolean stop;

  /** When the last checkpoint was written, or the run began. */
  private long savedAt = System.nanoTime();

  /** The smallest validation loss of an epoch. */
  private double smallestLoss = Double.POSITIVE_INFINITY;

  TrainingRun(Trainer settings, Batches train, @Nullable Batches validation, int epochs) {
    this.settings = settings;
    this.train = train;
    this.validation = validation;
    this.epochs = epochs;
    try {
      tape = Tape.open(settings.engine(), settings.model.store());
      closers.add(tape::close);
      tape.observe(settings.trace);
      optimizer = settings.plan.start(settings.engine(), settings.model.store());
      closers.add(optimizer::close);
      buffersBefore = copyOf(buffers(), "buffers before the step");
      boolean keepBest = settings.earlyStopping != null;
      best = keepBest ? copyOf(values(), "best parameters") : null;
      bestBuffers = keepBest ? copyOf(buffers(), "best buffers") : null;
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private TensorStore copyOf(TensorStore store, String label) {
    TensorStore copy = store.like(label);
    closers.add(copy::close);
    return copy;
  }

  private TensorStore buffers() {
    return settings.model.state();
  }

  private TensorStore values() {
    return settings.model.store().values();
  }

  TrainingResult go() {
    boolean stoppedEarly = false;
    for (; epoch < epochs && !stop && !stoppedEarly; epoch++) {
      EpochReport report = epoch();
      reports.add(report);
      saveIfBest(report);
      if (report.validation() != null) {
        optimizer.observe(report.validation().loss());
      }
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
      copyBest(true);
    }
    return new TrainingResult(List.copyOf(reports), step, stoppedEarly, stop);
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
    Evaluation trained = totals.evaluation();
    double rate = (trained.samples() - samplesBefore) / seconds;
    samplesBefore = 0;
    return new EpochReport(epoch, epochs, step, trained, evaluated, seconds, rate);
  }

  StepReport step(Batch data) {
    HashTrace trace = settings.trace;
    if (trace != null) {
      trace.step(step);
      trace.store("before", values());
      trace.computed("batch x", data.x());
      trace.computed("batch y", data.y());
    }
    tape.reset();
    buffersBefore.flat().copyFrom(buffers().flat());
    Forward pass = Forward.training(tape, settings.seed, step);
    Var output = settings.model.forward(pass, tape.input(data.x()));
    Var value = settings.loss.of(output, tape.constant(data.y()));
    double loss = value.item();
    tape.backward(value);
    double norm = optimizer.gradientNorm();
    double rate = optimizer.learningRate();
    if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
      buffers().flat().copyFrom(buffersBefore.flat());
      throw new NonFiniteException(tape.firstNonFinite(), step, rate, keepFailedStep(data));
    }
    optimizer.step();
    if (trace != null) {
      trace.store("after", values());
    }
    double accuracy = settings.accuracy(output, data.y());
    return new StepReport(
        step++, epoch, batch++, train.count(), data.size(), loss, accuracy, rate, norm);
  }

  /** Writes the state before the step at hand and its batch, if that is wanted; says where. */
  private @Nullable Path keepFailedStep(Batch data) {
    if (settings.failedSteps == null) {
      return null;
    }
    String name = String.format(Locale.ROOT, "step-%010d.safetensors", step);
    Path file = settings.failedSteps.resolve(name);
    ReplayBundle.write(file, checkpoint(), data);
    return file;
  }

  private boolean noLongerImproves(EpochReport report) {
    EarlyStopping stopping = settings.earlyStopping;
    if (stopping == null || report.validation() == null) {
      return false;
    }
    if (report.validation().loss() < bestLoss - stopping.minDelta()) {
      bestLoss = report.validation().loss();
      epochsSinceBest = 0;
      copyBest(false);
      return false;
    }
    epochsSinceBest++;
    return epochsSinceBest >= stopping.patience();
  }

  /** Keeps the model as the best so far, or puts the best back. */
  private void copyBest(boolean back) {
    if (best != null && bestBuffers != null) {
      (back ? values() : best).flat().copyFrom((back ? best : values()).flat());
      (back ? buffers() : bestBuffers).flat().copyFrom((back ? bestBuffers : buffers()).flat());
    }
  }

  // ---- checkpoints ----

  private void saveIfDue() {
    CheckpointFolder folder = settings.checkpoints;
    long now = System.nanoTime();
    if (folder != null && (stop || settings.checkpointPolicy.isDue(step, now - savedAt))) {
      folder.save(checkpoint(), step);
      savedAt = now;
    }
  }

  /** Before listeners hear of the epoch, so that a run that goes on from it tells them again. */
  private void saveIfBest(EpochReport report) {
    Evaluation validation = report.validation();
    if (validation != null && !stop && validation.loss() < smallestLoss) {
      smallestLoss = validation.loss();
      if (settings.checkpoints != null && settings.checkpointPolicy.keepBest()) {
        settings.checkpoints.saveBest(checkpoint());
      }
    }
  }

  private Checkpoint checkpoint() {
    Map<String, String> state = new LinkedHashMap<>();
    state.put("seed", Long.toString(settings.seed));
    state.put("optimizer", optimizer.plan().toString());
    optimizer.save(state);
    state.put("step", Long.toString(step));
    state.put("epoch", Integer.toString(epoch));
    state.put("batch", Integer.toString(batch));
    settings
        .engine()
        .fingerprint()
        .fields()
        .forEach((name, value) -> state.put(FINGERPRINT + name, value));
    totals.save(state);
    state.put("smallest.loss", Double.toHexString(smallestLoss));
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
    stores.put(BUFFERS, buffers());
    optimizer.slots().forEach((name, slot) -> stores.put(SLOTS + "." + name, slot));
    if (best != null && bestBuffers != null) {
      stores.put(BEST, best);
      stores.put(BEST_BUFFERS, bestBuffers);
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
    if (!settings.ignoreFingerprint) {
      settings.engine().fingerprint().requireSame(fingerprint(from));
    }
    same("seed", Long.toString(settings.seed), from.require("seed"));
    same("optimizer", optimizer.plan().toString(), from.require("optimizer"));
    Map<String, Tensor> targets = new LinkedHashMap<>();
    stores().forEach((prefix, store) -> collect(prefix, store, targets));
    same("set of tensors", targets.keySet(), from.tensors().keySet());
    targets.forEach(
        (name, target) -> {
          same("shape of " + name, target.shape(), require(from, name).shape());
          same("type of " + name, target.dtype(), require(from, name).dtype());
        });
    targets.forEach((name, target) -> target.copyFrom(require(from, name)));
    optimizer.restore(from.state());
    step = Long.parseLong(from.require("step"));
    epoch = Integer.parseInt(from.require("epoch"));
    batch = Integer.parseInt(from.require("batch"));
    totals = Totals.restore(from.state());
    samplesBefore = totals.evaluation().samples();
    smallestLoss = Double.parseDouble(from.require("smallest.loss"));
    bestLoss = Double.parseDouble(from.require("best.loss"));
    epochsSinceBest = Integer.parseInt(from.require("best.epochs_since"));
    for (TrainingListener listener : settings.listeners) {
      listener.onResume(from.state());
    }
  }

  /** Where a checkpoint was written. */
  private static Fingerprint fingerprint(Checkpoint from) {
    Map<String, String> fields = new LinkedHashMap<>();
    from.state()
        .forEach(
            (key, value) -> {
              if (key.startsWith(FINGERPRINT)) {
                fields.put(key.substring(FINGERPRINT.length()), value);
              }
            });
    return new Fingerprint(fields);
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
    closers.reversed().forEach(Runnable::run);
  }
}
