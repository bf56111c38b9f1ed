package dev.lanewise.cli;

import dev.lanewise.cli.run.StatusLine;
import java.io.PrintWriter;
import java.util.function.Consumer;

/**
 * Says on standard error what a measurement is at: on a terminal in a line that is written again,
 * else a line each.
 */
final class PhaseLine implements Consumer<String>, AutoCloseable {
  private final PrintWriter err;
  private final boolean interactive;
  private final StatusLine line;

  PhaseLine(PrintWriter err, boolean interactive) {
    this.err = err;
    this.interactive = interactive;
    line = new StatusLine(err, interactive);
  }

  @Override
  public void accept(String phase) {
    if (interactive) {
      line.showNow(phase);
    } else {
      err.println(phase);
      err.flush();
    }
  }

  /** Takes the line away. */
  @Override
  public void close() {
    line.clear();
  }
}
