package dev.lanewise.cli;

import dev.lanewise.data.DownloadListener;
import java.util.Locale;

/** Shows how a download goes: a line when it begins and, on a terminal, the bytes so far. */
final class DownloadProgress implements DownloadListener {
  private static final double MEBIBYTE = 1 << 20;
  private static final long SHOW_EVERY_NANOS = 100_000_000;

  private final Terminal terminal;
  private final boolean quiet;
  private long shown = System.nanoTime();

  DownloadProgress(Terminal terminal, boolean quiet) {
    this.terminal = terminal;
    this.quiet = quiet;
  }

  @Override
  public void started(String what) {
    if (!quiet) {
      terminal.out().println(what + " ...");
    }
  }

  @Override
  public void progress(String file, long done, long total) {
    boolean complete = done == total;
    long now = System.nanoTime();
    if (quiet || !terminal.isInteractive() || !complete && now - shown < SHOW_EVERY_NANOS) {
      return;
    }
    shown = now;
    terminal.out().print("\r" + text(file, done, total));
    if (complete) {
      terminal.out().println();
    }
  }

  /** How much of {@code file} has arrived. */
  static String text(String file, long done, long total) {
    String share = total < 0 ? "" : String.format(Locale.ROOT, " of %.1f", total / MEBIBYTE);
    return String.format(Locale.ROOT, "  %s: %.1f%s MiB ", file, done / MEBIBYTE, share);
  }
}
