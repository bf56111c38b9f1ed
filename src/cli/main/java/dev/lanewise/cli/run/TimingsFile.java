package dev.lanewise.cli.run;

import dev.lanewise.train.EpochReport;
import dev.lanewise.train.TrainingListener;
import java.nio.file.Path;

/** {@code timings.jsonl}: how long each epoch took, apart from what is reproducible. */
public final class TimingsFile implements TrainingListener, AutoCloseable {
  private final JsonLines lines;

  private record TimeLine(int epoch, double trainS, double samplesPerS) {}

  /** Writes at the end of {@code file}. */
  public TimingsFile(Path file) {
    lines = new JsonLines(file);
  }

  @Override
  public void onEpoch(EpochReport report) {
    lines.write(new TimeLine(report.epoch(), report.trainSeconds(), report.samplesPerSecond()));
  }

  @Override
  public void close() {
    lines.close();
  }
}
