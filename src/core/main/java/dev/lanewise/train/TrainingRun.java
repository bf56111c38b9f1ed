package dev.lanewise.train;

import dev.lanewise.data.Batch;
import dev.lanewise.data.Batches;
import dev.lanewise.engine.Fingerprint;
import dev.lanewise.io.Checkpoint;
import dev.lanewise.optim.AverageState;
import dev.lanewise.optim.OptimizerState;
import dev.lanewise.tensor.LanewiseException;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of one call of {@link Trainer#fit}. All of it that matters to the bits goes into a
 * checkpoint: parameters, their average, the optimizer's state, the cursor (epoch and batch), the
 * sums of the epoch so far, and what early stopping remembers. Random numbers need no state.
 */
final class TrainingRun implements AutoCloseable {
  private static final String PARAMETERS = "parameters";
  private static final String BUFFERS = "buffers";
  private static final String BEST = "best";
  private static final String BEST_BUFFERS = "best_buffers";
  private static final String SLOTS = "optimizer";
  private static final String AVERAGE = "average";

  private final Trainer settings;
  private final Batches train;
  private final @Nullable Batches validation;
  private final int epochs;
  private final GradientPass gradients;
  private final OptimizerState optimizer;
  private final @Nullable AverageState average;

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
  private boolean interrupted;

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
      settings.model.store().freeze(settings.frozen.toArray(String[]::new));
      gradients = new GradientPass(settings);
      closers.add(gradients::close);
      optimizer = settings.plan.start(settings.engine(), settings.model.store());
      closers.add(optimizer::close);
      average =
          settings.average == null
              ? null
              : settings.average.start(settings.engine(), settings.model.store());
      if (average != null) {
        closers.add(average::close);
      }
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
      long start = System.nanoTime();
      train();
      double seconds = (System.nanoTime() - start) * 1e-9;
      Evaluation evaluated = evaluate();
      if (evaluated != null) {
        saveIfBest(evaluated); // before anything remembers the epoch: resuming evaluates it again
        optimizer.observe(evaluated.loss());
        stoppedEarly = noLongerImproves(evaluated);
      }
      EpochReport report = report(evaluated, seconds);
      reports.add(report);
      for (TrainingListener listener : settings.listeners) {
        listener.onEpoch(report);
      }
      batch = 0;
      totals = new Totals();
    }
    EarlyStopping stopping = settings.earlyStopping;
    if (stopping != null
        && stopping.restoreBest()
        && bestLoss < Double.POSITIVE_INFINITY
        && !stop) {
      copyBest(true);
    } else {
      exchangeAverage();
    }
    return new TrainingResult(List.copyOf(reports), step, stoppedEarly, stop);
  }

  /** How good the model is, or its average if there is one. */
  private @Nullable Evaluation evaluate() {
    if (validation == null) {
      return null;
    }
    boolean averaged = exchangeAverage();
    Evaluation evaluated = settings.evaluate(validation);
    if (averaged) {
      exchangeAverage();
    }
    return evaluated;
  }

  /** Lets parameters and their average change places, if there is one. */
  private boolean exchangeAverage() {
    if (average == null || !average.exists(step)) {
      return false;
    }
    average.exchange();
    return true;
  }

  private EpochReport report(@Nullable Evaluation evaluated, double seconds) {
    Evaluation trained = totals.evaluation();
    double rate = (trained.samples() - samplesBefore) / seconds;
    samplesBefore = 0;
    return new EpochReport(epoch, epochs, step, trained, evaluated, seconds, rate);
  }

  /** The rest of an epoch, from {@link #batch} on. */
  private void train() {
    try (var order = train.epoch(settings.seed, epoch, batch)) {
      while (order.hasNext() && !stop) {
        StepReport report = step(order);
        noticeInterrupt();
        totals.add(report.loss(), report.accuracy(), report.samples());
        for (TrainingListener listener : settings.listeners) {
          listener.onStep(report);
          stop |= listener.wantsToStop();
        }
        saveIfDue();
      }
    }
  }

  /** One step with the next batches of {@code order}. */
  StepReport step(Iterator<Batch> order) {
    if (settings.trace != null) {
      settings.trace.step(step);
      settings.trace.store("before", values());
    }
    int first = batch;
    Gradient found;
    try {
      found = backward(order);
      optimizer.step(found.loss, () -> again(found));
    } catch (RuntimeException | Error e) {
      gradients.undoBuffers();
      batch = first;
      saveAfter(e);
      if (e instanceof NonFiniteException notFinite) {
        throw notFinite.keptIn(keepFailedStep());
      }
      throw e;
    }
    if (settings.trace != null) {
      settings.trace.store("after", values());
    }
    if (average != null) {
      average.update(step + 1);
    }
    int samples = (int) found.seen.samples();
    double accuracy = found.seen.accuracy();
    return new StepReport(
        step++,
        epoch,
        batch - 1,
        train.count(),
        samples,
        found.loss,
        accuracy,
        found.rate,
        found.norm);
  }

  private record Gradient(Batch last, double loss, Evaluation seen, double norm, double rate) {}

  /** The gradients of a step: besides them it changes nothing but buffers. */
  private Gradient backward(Iterator<Batch> order) {
    gradients.begin(step);
    int first = batch;
    Batch data;
    do {
      data = order.next();
      gradients.add(data);
      batch++;
    } while (batch - first < settings.accumulate && order.hasNext());
    double loss = gradients.finish();
    Evaluation seen = gradients.evaluation();
    double norm = optimizer.gradientNorm();
    double rate = optimizer.learningRate();
    checkFinite(loss, norm, rate);
    return new Gradient(data, loss, seen, norm, rate);
  }

  /** The loss of the step's batch, and its gradients, where the optimizer has moved to. */
  private double again(Gradient found) {
    double loss = gradients.again(found.last);
    checkFinite(loss, optimizer.gradientNorm(), found.rate);
    return loss;
  }

  private void checkFinite(double loss, double norm, double rate) {
    if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
      throw new NonFiniteException(gradients.firstNonFinite(), step, rate);
    }
  }

  /** Writes the state before the step at hand and its batches, if that is wanted; says where. */
  private @Nullable Path keepFailedStep() {
    if (settings.failedSteps == null) {
      return null;
    }
    try (var again = train.epoch(settings.seed, epoch, batch)) {
      return ReplayBundle.write(
          settings.failedSteps, step, checkpoint(), again, settings.accumulate);
    }
  }

  private boolean noLongerImproves(Evaluation evaluated) {
    EarlyStopping stopping = settings.earlyStopping;
    if (stopping == null) {
      return false;
    }
    if (evaluated.loss() < bestLoss - stopping.minDelta()) {
      bestLoss = evaluated.loss();
      epochsSinceBest = 0;
      boolean averaged = exchangeAverage();
      copyBest(false);
      if (averaged) {
        exchangeAverage();
      }
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
      save(folder);
      savedAt = now;
    }
  }

  private void saveIfBest(Evaluation evaluated) {
    if (!stop && evaluated.loss() < smallestLoss) {
      smallestLoss = evaluated.loss();
      CheckpointFolder folder = settings.checkpoints;
      if (folder != null && settings.checkpointPolicy.keepBest()) {
        tolerating(() -> folder.saveBest(checkpoint()));
      }
    }
  }

  private void save(CheckpointFolder folder) {
    tolerating(() -> folder.save(checkpoint(), step));
  }

  /** Writes a checkpoint; whether a failure ends the run is a setting. */
  private void tolerating(Runnable write) {
    try {
      write.run();
    } catch (UncheckedIOException e) {
      if (settings.checkpointFailures == null) {
        throw e;
      }
      settings.checkpointFailures.accept(e);
    }
  }

  /** Keeps what there is before {@code failure} ends the run: the state is that before the step. */
  private void saveAfter(Throwable failure) {
    CheckpointFolder folder = settings.checkpoints;
    if (folder != null) {
      try {
        folder.save(checkpoint(), step);
      } catch (RuntimeException e) {
        failure.addSuppressed(e);
      }
    }
  }

  /**
   * An interrupt ends the run like a listener does. The thread has it again afterwards: until then
   * it would close the files that are written to.
   */
  private void noticeInterrupt() {
    if (Thread.interrupted()) {
      interrupted = true;
      stop = true;
    }
  }

  private Checkpoint checkpoint() {
    Map<String, String> state = new LinkedHashMap<>();
    settings().forEach(state::put);
    optimizer.save(state);
    state.put("step", Long.toString(step));
    state.put("epoch", Integer.toString(epoch));
    state.put("batch", Integer.toString(batch));
    settings.engine().fingerprint().write(state);
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

  /** What a run must have in common with its checkpoint. */
  private Map<String, String> settings() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("seed", Long.toString(settings.seed));
    all.put("optimizer", optimizer.plan().toString());
    all.put("accumulate", Integer.toString(settings.accumulate));
    all.put("average", String.valueOf(settings.average));
    if (settings.gradientPenalty != null) {
      all.put("gradient_penalty", settings.gradientPenalty.toString());
    }
    all.put("frozen", settings.model.store().frozen().toString());
    return all;
  }

  private Map<String, TensorStore> stores() {
    Map<String, TensorStore> stores = new LinkedHashMap<>();
    stores.put(PARAMETERS, values());
    stores.put(BUFFERS, buffers());
    optimizer.slots().forEach((name, slot) -> stores.put(SLOTS + "." + name, slot));
    if (average != null) {
      stores.put(AVERAGE, average.values());
    }
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
      settings.engine().fingerprint().requireSame(Fingerprint.read(from.state()));
    }
    settings().forEach((key, here) -> same(key, here, from.require(key)));
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
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
