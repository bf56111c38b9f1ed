package dev.lanewise.cli.run;

import dev.lanewise.engine.Mode;
import dev.lanewise.train.EpochReport;
import dev.lanewise.train.Evaluation;
import dev.lanewise.train.StepReport;
import dev.lanewise.train.TrainingListener;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code metrics.jsonl}: what happened, the same bytes for every run of a recipe in strict mode. A
 * checkpoint remembers how long the file was, and a run that goes on from it cuts it to that.
 */
public final class MetricsFile implements TrainingListener, AutoCloseable {
  private static final String SIZE_KEY = "metrics.bytes";

  private final JsonLines lines;
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
   * Opens {@code file} to go on, or begins it.
   *
   * @param weightsSha256 hash of the weights as they are when it is asked
   */
  public MetricsFile(Path file, Supplier<String> weightsSha256) {
    lines = new JsonLines(file);
    this.weightsSha256 = weightsSha256;
  }

  /** Begins the file anew, with the line that names the run. */
  public void begin(String recipe, long seed, Mode mode, String fingerprint) {
    lines.truncate(0);
    lines.write(new RunLine("run", recipe, seed, mode, fingerprint));
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
    lines.write(line(report));
  }

  @Override
  public void onEpoch(EpochReport report) {
    lines.write(line(report, weightsSha256.get()));
  }

  @Override
  public void onCheckpoint(Map<String, String> state) {
    state.put(SIZE_KEY, Long.toString(lines.forcedSize()));
  }

  @Override
  public void onResume(Map<String, String> state) {
    lines.truncate(Long.parseLong(state.getOrDefault(SIZE_KEY, "0")));
  }

  @Override
  public void close() {
    lines.close();
  }
}
