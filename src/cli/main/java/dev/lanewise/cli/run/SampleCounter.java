package dev.lanewise.cli.run;

import dev.lanewise.train.TrainingListener;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Shows on a terminal, in a line that is written again, how many samples are done. */
public final class SampleCounter implements TrainingListener, AutoCloseable {
  private final StatusLine line;
  private final String what;

  /**
   * Shows nothing yet.
   *
   * @param out where to
   * @param terminal whether it is a terminal; if not, nothing is shown
   * @param what is done to the samples, as in "measured"
   */
  public SampleCounter(PrintStream out, boolean terminal, String what) {
    this(out, terminal, what, System::nanoTime);
  }

  SampleCounter(PrintStream out, boolean terminal, String what, LongSupplier nanos) {
    this.line = new StatusLine(new PrintWriter(out, false, out.charset()), terminal, nanos);
    this.what = what;
  }

  @Override
  public void onEvaluation(long done) {
    show(done);
  }

  /** Shows that {@code done} samples are done, ten times a second at most. */
  public void show(long done) {
    line.show(() -> String.format(Locale.ROOT, "  %s %,d samples", what, done));
  }

  /** Takes the line away. */
  @Override
  public void close() {
    line.clear();
  }
}
