package dev.lanewise.cli;

import dev.lanewise.cli.run.Experiment;
import dev.lanewise.cli.run.Interrupt;
import dev.lanewise.cli.run.RunFolder;
import dev.lanewise.cli.run.StatusLine;
import dev.lanewise.data.DownloadListener;
import dev.lanewise.engine.Engine;
import dev.lanewise.train.StepReport;
import dev.lanewise.train.TrainingListener;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * Shows how a sweep goes: a line for each run that ends and, on a terminal, a counter of all below
 * them. Its runs write one at a time, each from a thread of its own.
 */
final class SweepProgress implements AutoCloseable {
  private final Terminal terminal;
  private final PrintWriter err;
  private final boolean quiet;
  private final Interrupt interrupt;
  private final int runs;
  private final StatusLine counter;
  private int ended;

  /** How far those are that train now, added up: each at most 1. */
  private double underWay;

  /**
   * Shows nothing yet.
   *
   * @param err where warnings go
   * @param quiet whether to show no more than how runs end
   * @param interrupt ends all of them
   * @param runs how many there are
   */
  SweepProgress(Terminal terminal, PrintWriter err, boolean quiet, Interrupt interrupt, int runs) {
    this.terminal = terminal;
    this.err = err;
    this.quiet = quiet;
    this.interrupt = interrupt;
    this.runs = runs;
    PrintWriter out = new PrintWriter(terminal.out(), false, terminal.out().charset());
    this.counter = new StatusLine(out, terminal.isInteractive() && !quiet);
  }

  /**
   * Says what is to be done.
   *
   * @param left runs to train
   * @param jobs how many at a time
   * @param threads of each
   */
  void begin(int left, int jobs, int threads) {
    if (!quiet && left > 0) {
      print(
          "%d runs, %d to train: %d at a time, threads: %d each"
              .formatted(runs, left, jobs, threads));
    }
  }

  /** A run that is shown as {@code label}. */
  Run run(String label) {
    return new Run(label);
  }

  private synchronized void print(String line) {
    counter.clear();
    terminal.out().println(line);
  }

  private String count() {
    return String.format(
        Locale.ROOT,
        "  %d of %d runs have ended, %.0f %% of all epochs are done",
        ended,
        runs,
        100 * (ended + underWay) / runs);
  }

  /** Takes the counter away. */
  @Override
  public synchronized void close() {
    counter.clear();
  }

  /** One run of the sweep. */
  final class Run implements TrainingListener, DownloadListener {
    private final String label;
    private int epochs;
    private int samplesPerEpoch;
    private int epoch;
    private long samples;
    private double share;

    private Run(String label) {
      this.label = label;
    }

    /** What trains {@code experiment}; it prints nothing itself. */
    TrainingSession session(Engine engine, Experiment experiment, RunFolder folder) {
      samplesPerEpoch = experiment.trainingSamples();
      epochs = experiment.recipe().epochs();
      return new TrainingSession(engine, experiment, folder, this, terminal, true);
    }

    @Override
    public void onStep(StepReport report) {
      if (report.epoch() != epoch) {
        epoch = report.epoch();
        samples = 0;
      }
      samples += report.samples();
      double ofEpoch = Math.min(1, (double) samples / samplesPerEpoch);
      // cross-validation begins at 0 again with each fold
      double now = Math.max(share, (epoch + ofEpoch) / epochs);
      synchronized (SweepProgress.this) {
        underWay += now - share;
        counter.show(SweepProgress.this::count);
      }
      share = now;
    }

    @Override
    public boolean wantsToStop() {
      return interrupt.requested();
    }

    @Override
    public void started(String what) {
      if (!quiet) {
        print(what + " ...");
      }
    }

    @Override
    public void progress(String file, long done, long total) {
      synchronized (SweepProgress.this) {
        counter.show(() -> DownloadProgress.text(file, done, total));
      }
    }

    /** Says what the user should know, although the run goes on. */
    void warn(String line) {
      synchronized (SweepProgress.this) {
        counter.clear();
        err.println(line);
      }
    }

    /** Says how the run has ended. */
    void end(String how) {
      synchronized (SweepProgress.this) {
        ended++;
        underWay -= share;
        print(label + "  " + how);
      }
    }
  }
}
