package dev.lanewise.cli.verify;

import dev.lanewise.cli.run.Experiment;
import dev.lanewise.cli.run.Json;
import dev.lanewise.cli.run.MetricsFile;
import dev.lanewise.cli.run.MetricsReader;
import dev.lanewise.cli.run.Weights;
import dev.lanewise.io.Checkpoint;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;
import dev.lanewise.train.EpochReport;
import dev.lanewise.train.StepReport;
import dev.lanewise.train.TrainingListener;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Watches a recorded run being trained again and compares each step with the record: the bits of
 * the metrics, the weights of each epoch by their hash, and all tensors of each checkpoint that is
 * left (weights, running statistics, averages, the optimizer's slots) element by element. After a
 * metric that differs it goes on to the next saved weights, to name the tensor.
 */
public final class Rerun implements TrainingListener, AutoCloseable {
  private static final String PARAMETERS = "parameters.";
  private static final String WEIGHTS = "weights_sha256";

  private final RecordedRun recorded;
  private final Experiment experiment;
  private final Consumer<Difference> found;
  private final MetricsReader lines;
  private final NavigableMap<Long, Path> checkpoints;
  private final long lastStep;
  private final boolean prefix;

  private long steps;
  private int epochs;
  private int weights;
  private boolean recordEnded;
  private @Nullable Difference metric;
  private @Nullable Difference tensor;
  private boolean stop;

  /**
   * Begins before the first step.
   *
   * @param steps how many to compare at most
   * @param found hears of differences at once, as naming the tensor may take long
   */
  public Rerun(
      RecordedRun recorded, Experiment experiment, long steps, Consumer<Difference> found) {
    this.recorded = recorded;
    this.experiment = experiment;
    this.found = found;
    checkpoints = recorded.checkpoints();
    JsonNode summary = recorded.summary();
    long end =
        summary.path("interrupted").asBoolean(false)
            ? summary.path("steps").asLong()
            : Long.MAX_VALUE;
    prefix = steps < end;
    lastStep = Math.min(steps, end);
    lines = new MetricsReader(recorded.folder().metrics());
    lines.next(); // the line that names the run
  }

  @Override
  public void onStep(StepReport report) {
    JsonNode line = lines.next();
    if (line == null) {
      recordEnded = true;
      stop = true;
      return;
    }
    steps = report.step() + 1;
    compare("step " + report.step(), line, Json.tree(MetricsFile.line(report)));
  }

  @Override
  public void onState(StepReport report, Supplier<Map<String, Tensor>> tensors) {
    if (recordEnded) {
      return;
    }
    Path checkpoint = checkpoints.get(steps);
    if (checkpoint != null) {
      try (Scope scope = Scope.open("checkpoint")) {
        Map<String, Tensor> saved = Checkpoint.read(checkpoint, scope).tensors();
        compare("after step " + report.step(), weightsFirst(saved), weightsFirst(tensors.get()));
      }
    }
    boolean nothingToName = checkpoints.higherKey(steps) == null && !recorded.hasModel();
    stop =
        steps >= lastStep
            || tensor != null
            || metric != null && (checkpoint != null || nothingToName);
  }

  @Override
  public void onEpoch(EpochReport report) {
    JsonNode line = recordEnded ? null : lines.peek();
    if (line == null || !line.path("kind").asString().equals("epoch")) {
      return; // this run was ended within the epoch, the recorded one was not
    }
    lines.next();
    epochs++;
    String hash = Weights.sha256(experiment.parameters());
    compare("epoch " + report.epoch(), line, Json.tree(MetricsFile.line(report, hash)));
  }

  @Override
  public boolean wantsToStop() {
    return stop;
  }

  /** Compares the trained model too, if the run went as far as the recorded one. */
  public Verdict finish() {
    boolean whole = !prefix && !recordEnded && tensor == null && (!stop || steps == lastStep);
    if (whole && metric == null && lines.next() != null) {
      report(new Difference("after step " + (steps - 1), "goes on", "ends"), true);
    }
    if (whole && recorded.hasModel()) {
      try (Scope scope = Scope.open("recorded model")) {
        compare("trained model", new TreeMap<>(recorded.model(scope)), model());
      }
    } else if (whole && recorded.summary().has(WEIGHTS)) {
      String before = recorded.summary().path(WEIGHTS).asString();
      String now = Weights.sha256(experiment.parameters());
      weights++;
      if (!before.equals(now)) {
        report(new Difference("trained model, " + WEIGHTS, before, now), false);
      }
    }
    return new Verdict(steps, epochs, weights, metric, tensor);
  }

  private void compare(String where, JsonNode before, JsonNode now) {
    if (metric == null) {
      Difference difference = Difference.ofLines(where, before, now);
      if (difference != null) {
        report(difference, true);
      }
    }
  }

  private void compare(String when, Map<String, Tensor> before, Map<String, Tensor> now) {
    weights++;
    Difference difference = Difference.ofTensors(when, before, now);
    if (difference != null) {
      report(difference, false);
    }
  }

  private void report(Difference difference, boolean ofMetrics) {
    if (ofMetrics) {
      metric = difference;
    } else {
      tensor = difference;
    }
    found.accept(difference);
  }

  /** In order of their names, but the weights before the optimizer's state. */
  private static Map<String, Tensor> weightsFirst(Map<String, Tensor> state) {
    Map<String, Tensor> sorted =
        new TreeMap<>(
            Comparator.comparing((String name) -> !name.startsWith(PARAMETERS))
                .thenComparing(Comparator.naturalOrder()));
    sorted.putAll(state);
    return sorted;
  }

  private Map<String, Tensor> model() {
    Map<String, Tensor> tensors = new TreeMap<>();
    TensorStore values = experiment.parameters();
    values.names().forEach(name -> tensors.put(name, values.get(name)));
    TensorStore state = experiment.buffers();
    state.names().forEach(name -> tensors.put(name, state.get(name)));
    return tensors;
  }

  @Override
  public void close() {
    lines.close();
  }
}
