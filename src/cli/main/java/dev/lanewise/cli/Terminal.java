package dev.lanewise.cli;

import java.io.Console;
import java.io.PrintStream;

/**
 * Where a command writes what it has to say.
 *
 * @param out standard output
 * @param isInteractive whether a user watches, so that a line can be written again
 */
record Terminal(PrintStream out, boolean isInteractive) {

  /** Standard output. */
  @SuppressWarnings(
      "SystemConsoleNull") // it is null under -Djdk.console=jdk.internal.le and others
  static Terminal standard() {
    Console console = System.console();
    return new Terminal(System.out, console != null && console.isTerminal());
  }
}
