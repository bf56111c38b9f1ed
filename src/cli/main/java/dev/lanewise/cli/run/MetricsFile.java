package dev.lanewise.cli.run;

import dev.lanewise.engine.Mode;
import dev.lanewise.train.EpochReport;
import dev.lanewise.train.Evaluation;
import dev.lanewise.train.StepReport;
import dev.lanewise.train.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * {@code metrics.jsonl}: a JSON object a line, each written at once. Lines of kind {@code run},
 * {@code step} and {@code epoch} are the same for every run of a recipe in strict mode; only those
 * of kind {@code time} tell how long it took.
 */
public final class MetricsFile implements TrainingListener, AutoCloseable {
  private final Path file;
  private final FileChannel channel;

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
      @Nullable Double validationAccuracy) {}

  private record TimeLine(String kind, int epoch, double trainS, double samplesPerS) {}

  private MetricsFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Begins a file. */
  public static MetricsFile create(Path file, String recipe, long seed, Mode mode, String print) {
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      MetricsFile metrics = new MetricsFile(file, channel);
      metrics.write(new RunLine("run", recipe, seed, mode, print));
      return metrics;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  @Override
  public void onStep(StepReport report) {
    write(
        new StepLine(
            "step",
            report.step(),
            report.epoch(),
            report.loss(),
            report.accuracy(),
            report.learningRate(),
            report.gradientNorm()));
  }

  @Override
  public void onEpoch(EpochReport report) {
    Evaluation validation = report.validation();
    write(
        new EpochLine(
            "epoch",
            report.epoch(),
            report.step(),
            report.train().loss(),
            report.train().accuracy(),
            validation == null ? null : validation.loss(),
            validation == null ? null : validation.accuracy()));
    write(new TimeLine("time", report.epoch(), report.trainSeconds(), report.samplesPerSecond()));
  }

  private void write(Object line) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(Json.line(line) + "\n");
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + file, e);
    }
  }
}
