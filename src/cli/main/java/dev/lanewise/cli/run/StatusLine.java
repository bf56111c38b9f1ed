package dev.lanewise.cli.run;

import java.io.PrintWriter;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A line on a terminal that is written again. */
public final class StatusLine {
  /** What changes all the time is shown ten times a second at most. */
  private static final long SHOW_EVERY_NANOS = 100_000_000;

  private final PrintWriter out;
  private final boolean terminal;
  private final LongSupplier nanos;
  private long shown;
  private int width;

  /**
   * Shows nothing yet.
   *
   * @param out where to
   * @param terminal whether it is a terminal; if not, nothing is shown
   */
  public StatusLine(PrintWriter out, boolean terminal) {
    this(out, terminal, System::nanoTime);
  }

  StatusLine(PrintWriter out, boolean terminal, LongSupplier nanos) {
    this.out = out;
    this.terminal = terminal;
    this.nanos = nanos;
    this.shown = nanos.getAsLong();
  }

  /** Shows {@code text}, unless another one was shown a moment ago. */
  public void show(Supplier<String> text) {
    long now = nanos.getAsLong();
    if (terminal && now - shown >= SHOW_EVERY_NANOS) {
      shown = now;
      showNow(text.get());
    }
  }

  /** Shows {@code line} in any case. */
  public void showNow(String line) {
    if (!terminal) {
      return;
    }
    String rest = " ".repeat(Math.max(0, width - line.length()));
    width = Math.max(width, line.length());
    out.print("\r" + line + rest);
    out.flush();
  }

  /** Takes the line away, for other output or the next text. */
  public void clear() {
    if (width > 0) {
      out.print("\r" + " ".repeat(width) + "\r");
      out.flush();
      width = 0;
    }
  }
}
