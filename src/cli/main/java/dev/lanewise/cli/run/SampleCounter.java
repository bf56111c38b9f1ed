package dev.lanewise.cli.run;

import dev.lanewise.train.TrainingListener;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Shows on a terminal, in a line that is written again, how many samples are done. */
public final class SampleCounter implements TrainingListener, AutoCloseable {
  private static final long SHOW_EVERY_NANOS = 100_000_000;

  private final PrintStream out;
  private final boolean terminal;
  private final String what;
  private final LongSupplier nanos;
  private long shown;
  private int width;

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
    this.out = out;
    this.terminal = terminal;
    this.what = what;
    this.nanos = nanos;
    this.shown = nanos.getAsLong();
  }

  @Override
  public void onEvaluation(long done) {
    show(done);
  }

  /** Shows that {@code done} samples are done, ten times a second at most. */
  public void show(long done) {
    long now = nanos.getAsLong();
    if (!terminal || now - shown < SHOW_EVERY_NANOS) {
      return;
    }
    shown = now;
    String text = String.format(Locale.ROOT, "  %s %,d samples", what, done);
    width = Math.max(width, text.length());
    out.print("\r" + text);
    out.flush();
  }

  /** Takes the line away. */
  @Override
  public void close() {
    if (width > 0) {
      out.print("\r" + " ".repeat(width) + "\r");
      width = 0;
    }
  }
}
