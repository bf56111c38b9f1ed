package dev.lanewise.cli.run;

import dev.lanewise.metric.Regression;
import dev.lanewise.train.EpochReport;
import dev.lanewise.train.Evaluation;
import dev.lanewise.train.StepReport;
import dev.lanewise.train.TrainingListener;
import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how a run goes: a line for each epoch and, on a terminal, a live bar below it. */
public final class Progress implements TrainingListener, AutoCloseable {
  private static final int BAR_WIDTH = 100;
  private static final int UPDATE_MILLIS = 100;

  private final PrintStream out;
  private final boolean terminal;
  private final int epochs;
  private final long samplesPerEpoch;
  private final boolean validates;
  private final SampleCounter measured;
  private @Nullable ProgressBar bar;
  private double loss;
  private double accuracy;
  private long samples;
  private long epochStart = System.nanoTime();

  /**
   * Shows a run.
   *
   * @param out where to
   * @param terminal whether it is a terminal, on which a line can be written again
   * @param validates whether samples were set apart to judge epochs by; else the test samples do
   */
  public Progress(
      PrintStream out, boolean terminal, int epochs, long samplesPerEpoch, boolean validates) {
    this.out = out;
    this.terminal = terminal;
    this.epochs = epochs;
    this.samplesPerEpoch = samplesPerEpoch;
    this.validates = validates;
    this.measured = new SampleCounter(out, terminal, "measured");
  }

  @Override
  public void onStep(StepReport report) {
    if (!terminal) {
      return;
    }
    if (bar == null) {
      bar = bar(report.epoch());
      loss = report.loss();
      accuracy = report.accuracy();
    }
    // a mean over about the last twenty batches is readable where single batches flicker
    loss += (report.loss() - loss) / 20;
    accuracy += (report.accuracy() - accuracy) / 20;
    samples += report.samples();
    double rate = samples * 1e9 / (System.nanoTime() - epochStart);
    bar.setExtraMessage(
        String.format(Locale.ROOT, " %s  %,.0f samples/s", measures(loss, accuracy), rate));
    bar.stepBy(report.samples());
  }

  private ProgressBar bar(int epoch) {
    return new ProgressBarBuilder()
        .setTaskName("epoch %d/%d".formatted(epoch + 1, epochs))
        .setInitialMax(samplesPerEpoch)
        .setUpdateIntervalMillis(UPDATE_MILLIS)
        .setStyle(ProgressBarStyle.ASCII)
        .setConsumer(new ConsoleProgressBarConsumer(out, BAR_WIDTH))
        .clearDisplayOnFinish()
        .build();
  }

  @Override
  public void onEvaluation(long done) {
    if (bar != null) {
      bar.close(); // of the epoch that is measured now
      bar = null;
    }
    measured.show(done);
  }

  @Override
  public void onEpoch(EpochReport report) {
    close();
    Evaluation validation = report.validation();
    out.printf(
        Locale.ROOT,
        "epoch %d/%d  train %s  %s%,.0f samples/s%n",
        report.epoch() + 1,
        epochs,
        measures(report.train().loss(), report.train().accuracy()),
        validation == null
            ? ""
            : (validates ? "validation " : "test ") + measures(validation) + "  ",
        report.samplesPerSecond());
    samples = 0;
    epochStart = System.nanoTime();
  }

  /** Loss and, where there are classes, accuracy; of numbers, the share of variance explained. */
  public static String measures(Evaluation found) {
    Regression numbers = found.numbers();
    return measures(found.loss(), found.accuracy())
        + (numbers == null ? "" : String.format(Locale.ROOT, " R2 %.4f", numbers.r2()));
  }

  private static String measures(double loss, double accuracy) {
    return Double.isNaN(accuracy)
        ? String.format(Locale.ROOT, "loss %.4f", loss)
        : String.format(Locale.ROOT, "loss %.4f accuracy %.2f %%", loss, 100 * accuracy);
  }

  /** Takes the bar away. */
  @Override
  public void close() {
    measured.close();
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
