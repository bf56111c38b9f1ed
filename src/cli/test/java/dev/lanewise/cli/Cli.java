package dev.lanewise.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/**
 * One call of the command line.
 *
 * @param exitCode its exit code
 * @param output what it wrote to standard output
 * @param error what it wrote to standard error
 */
record Cli(int exitCode, String output, String error) {

  static Cli run(String... args) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    StringWriter error = new StringWriter();
    PrintStream stdout = System.out;
    System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
    try {
      int code = Main.commandLine().setErr(new PrintWriter(error, true)).execute(args);
      return new Cli(code, output.toString(StandardCharsets.UTF_8), error.toString());
    } finally {
      System.setOut(stdout);
    }
  }
}
