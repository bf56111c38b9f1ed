package dev.lanewise.cli;

import java.io.PrintWriter;
import java.util.function.Consumer;

/**
 * Says on standard error what a measurement is at: on a terminal in a line that is written again,
 * else a line each.
 */
final class PhaseLine implements Consumer<String>, AutoCloseable {
  private final PrintWriter err;
  private final boolean interactive;
  private int width;

  PhaseLine(PrintWriter err, boolean interactive) {
    this.err = err;
    this.interactive = interactive;
  }

  @Override
  public void accept(String phase) {
    if (interactive) {
      clear();
      err.print(phase);
      width = phase.length();
    } else {
      err.println(phase);
    }
    err.flush();
  }

  private void clear() {
    err.print("\r" + " ".repeat(width) + "\r");
    width = 0;
  }

  /** Takes the line away. */
  @Override
  public void close() {
    if (width > 0) {
      clear();
      err.flush();
    }
  }
}
