package dev.lanewise.cli.run;

import dev.lanewise.engine.Mode;
import dev.lanewise.train.EpochReport;
import dev.lanewise.train.Evaluation;
import dev.lanewise.train.StepReport;
import dev.lanewise.train.TrainingListener;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code metrics.jsonl}: what happened, the same bytes for every run of a recipe in strict mode. A
 * checkpoint remembers how long the file was, and a run that goes on from it cuts it to that. The
 * same numbers go to TensorBoard's file of events, tagged by kind of line and key.
 */
public final class MetricsFile implements TrainingListener, AutoCloseable {
  private static final String SIZE_KEY = "metrics.bytes";
  private static final String EVENTS_SIZE_KEY = "events.bytes";

  /** Keys that say where, or when, a line belongs, and measure nothing. */
  public static final Set<String> POSITIONS = Set.of("step", "epoch", "steps", "since_start_s");

  private final JsonLines lines;
  private final EventFile events;
  private final Supplier<String> weightsSha256;

  private record RunLine(String kind, String recipe, long seed, Mode mode, String fingerprint) {}

  private record StepLine(
      String kind,
      long step,
      int epoch,
      double loss,
      double accuracy,
      double lr,
      double gradNorm) {}

  private record EpochLine(
      String kind,
      int epoch,
      long steps,
      double trainLoss,
      double trainAccuracy,
      @Nullable Double validationLoss,
      @Nullable Double validationAccuracy,
      String weightsSha256) {}

  /**
   * Opens {@code file} and TensorBoard's {@code events} to go on, or begins them.
   *
   * @param weightsSha256 hash of the weights as they are when it is asked
   */
  public MetricsFile(Path file, Path events, Supplier<String> weightsSha256) {
    this.lines = new JsonLines(file);
    this.events = new EventFile(events, System::currentTimeMillis);
    this.weightsSha256 = weightsSha256;
  }

  /** Begins the files anew, with the line that names the run. */
  public void begin(String recipe, long seed, Mode mode, String fingerprint) {
    lines.truncate(0);
    lines.write(new RunLine("run", recipe, seed, mode, fingerprint));
    events.begin();
  }

  /** What is written after a step. Doubles are written so that reading gives back their bits. */
  public static Object line(StepReport report) {
    return new StepLine(
        "step",
        report.step(),
        report.epoch(),
        report.loss(),
        report.accuracy(),
        report.learningRate(),
        report.gradientNorm());
  }

  /** What is written after an epoch. */
  public static Object line(EpochReport report, String weightsSha256) {
    Evaluation validation = report.validation();
    return new EpochLine(
        "epoch",
        report.epoch(),
        report.step(),
        report.train().loss(),
        report.train().accuracy(),
        validation == null ? null : validation.loss(),
        validation == null ? null : validation.accuracy(),
        weightsSha256);
  }

  @Override
  public void onStep(StepReport report) {
    write(report.step() + 1, line(report));
  }

  @Override
  public void onEpoch(EpochReport report) {
    write(report.step(), line(report, weightsSha256.get()));
  }

  /** Writes a line, and what it measures as events after {@code steps} steps. */
  private void write(long steps, Object line) {
    JsonNode tree = Json.tree(line);
    String kind = tree.path("kind").asString();
    Map<String, Double> scalars = new LinkedHashMap<>();
    tree.properties()
        .forEach(
            entry -> {
              JsonNode value = entry.getValue();
              if (value.isNumber()
                  && !Double.isNaN(value.asDouble())
                  && !POSITIONS.contains(entry.getKey())) {
                scalars.put(kind + "/" + entry.getKey(), value.asDouble());
              }
            });
    lines.write(line);
    events.scalars(steps, scalars);
  }

  @Override
  public void onCheckpoint(Map<String, String> state) {
    state.put(SIZE_KEY, Long.toString(lines.forcedSize()));
    state.put(EVENTS_SIZE_KEY, Long.toString(events.forcedSize()));
  }

  @Override
  public void onResume(Map<String, String> state) {
    lines.truncate(Long.parseLong(state.getOrDefault(SIZE_KEY, "0")));
    events.goOn(Long.parseLong(state.getOrDefault(EVENTS_SIZE_KEY, "0")));
  }

  @Override
  public void close() {
    events.close();
    lines.close();
  }
}
