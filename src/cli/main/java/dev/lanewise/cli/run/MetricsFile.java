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

/**
 * {@code metrics.jsonl}: what happened, the same bytes for every run of a recipe in strict mode. A
 * checkpoint remembers how long the file was, and a run that goes on from it cuts it to that. The
 * same numbers go to TensorBoard's file of events, tagged by kind of line and key.
 */
public final class MetricsFile implements TrainingListener, AutoCloseable {
  private static final String KIND = "kind";
  private static final String SIZE_KEY = "metrics.bytes";
  private static final String EVENTS_SIZE_KEY = "events.bytes";

  /** Keys that say where, or when, a line belongs, and measure nothing. */
  public static final Set<String> POSITIONS = Set.of("step", "epoch", "steps", "since_start_s");

  private final JsonLines lines;
  private final EventFile events;
  private final Supplier<String> weightsSha256;

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
    Map<String, @Nullable Object> line = line("run");
    line.put("recipe", recipe);
    line.put("seed", seed);
    line.put("mode", mode);
    line.put("fingerprint", fingerprint);
    lines.write(line);
    events.begin();
  }

  /** What is written after a step. Doubles are written so that reading gives back their bits. */
  public static Map<String, @Nullable Object> line(StepReport report) {
    Map<String, @Nullable Object> line = line("step");
    line.put("step", report.step());
    line.put("epoch", report.epoch());
    line.put("loss", report.loss());
    line.put("accuracy", report.accuracy());
    line.put("lr", report.learningRate());
    line.put("grad_norm", report.gradientNorm());
    return line;
  }

  /** What is written after an epoch. */
  public static Map<String, @Nullable Object> line(EpochReport report, String weightsSha256) {
    Evaluation validation = report.validation();
    Map<String, @Nullable Object> line = line("epoch");
    line.put("epoch", report.epoch());
    line.put("steps", report.step());
    line.put("train_loss", report.train().loss());
    line.put("train_accuracy", report.train().accuracy());
    line.put("validation_loss", validation == null ? null : validation.loss());
    line.put("validation_accuracy", validation == null ? null : validation.accuracy());
    line.put("weights_sha256", weightsSha256);
    return line;
  }

  /**
   * A line, which takes its keys in order: for one a step, Jackson is quicker than with records.
   */
  private static Map<String, @Nullable Object> line(String kind) {
    Map<String, @Nullable Object> line = new LinkedHashMap<>();
    line.put(KIND, kind);
    return line;
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
  private void write(long steps, Map<String, @Nullable Object> line) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    line.forEach(
        (key, value) -> {
          if (value instanceof Double number && !number.isNaN()) { // positions are whole numbers
            scalars.put(line.get(KIND) + "/" + key, number);
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
