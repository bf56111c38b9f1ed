package dev.lanewise.cli.run;

import java.io.PrintStream;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A line on a terminal that is written again, ten times a second at most. */
public final class StatusLine {
  private static final long SHOW_EVERY_NANOS = 100_000_000;

  private final PrintStream out;
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
  public StatusLine(PrintStream out, boolean terminal) {
    this(out, terminal, System::nanoTime);
  }

  StatusLine(PrintStream out, boolean terminal, LongSupplier nanos) {
    this.out = out;
    this.terminal = terminal;
    this.nanos = nanos;
    this.shown = nanos.getAsLong();
  }

  /** Shows {@code text}, unless another one was shown just now. */
  public void show(Supplier<String> text) {
    long now = nanos.getAsLong();
    if (!terminal || now - shown < SHOW_EVERY_NANOS) {
      return;
    }
    shown = now;
    String line = text.get();
    String rest = " ".repeat(Math.max(0, width - line.length()));
    width = Math.max(width, line.length());
    out.print("\r" + line + rest);
    out.flush();
  }

  /** Takes the line away, for other output or the next text. */
  public void clear() {
    if (width > 0) {
      out.print("\r" + " ".repeat(width) + "\r");
      width = 0;
    }
  }
}
