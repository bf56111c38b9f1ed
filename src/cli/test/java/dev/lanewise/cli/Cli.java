package dev.lanewise.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * One call of the command line.
 *
 * @param exitCode its exit code
 * @param error what it wrote to standard error
 */
record Cli(int exitCode, String error) {

  static Cli run(String... args) {
    StringWriter error = new StringWriter();
    int code = Main.commandLine().setErr(new PrintWriter(error, true)).execute(args);
    return new Cli(code, error.toString());
  }
}
