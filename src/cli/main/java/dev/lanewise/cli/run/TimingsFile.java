package dev.lanewise.cli.run;

import dev.lanewise.train.EpochReport;
import dev.lanewise.train.TrainingListener;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/** {@code timings.jsonl}: how long each epoch took, apart from what is reproducible. */
public final class TimingsFile implements TrainingListener, AutoCloseable {
  private final JsonLines lines;

  /** {@code sinceStartS} are the seconds since Java started. */
  private record TimeLine(int epoch, double trainS, double samplesPerS, double sinceStartS) {}

  /** Writes at the end of {@code file}. */
  public TimingsFile(Path file) {
    lines = new JsonLines(file);
  }

  @Override
  public void onEpoch(EpochReport report) {
    long now = System.currentTimeMillis();
    long start = ManagementFactory.getRuntimeMXBean().getStartTime();
    lines.write(
        new TimeLine(
            report.epoch(),
            report.trainSeconds(),
            report.samplesPerSecond(),
            (now - start) * 1e-3));
  }

  @Override
  public void close() {
    lines.close();
  }
}
