package dev.lanewise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/**
 * One call of the command line.
 *
 * @param exitCode its exit code
 * @param error what it wrote to standard error
 */
record Cli(int exitCode, String error) {

  static Cli run(String... args) {
    return run(new ByteArrayOutputStream(), args);
  }

  /** A call and what it wrote to standard output. */
  record Output(Cli cli, String text) {}

  static Output outputOf(String... args) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    Cli cli = run(output, args);
    return new Output(cli, output.toString(StandardCharsets.UTF_8));
  }

  /** What a call that must succeed writes to standard output. */
  static String output(String... args) {
    Output output = outputOf(args);
    assertThat(output.cli()).isEqualTo(new Cli(0, ""));
    return output.text();
  }

  private static Cli run(ByteArrayOutputStream output, String... args) {
    StringWriter error = new StringWriter();
    PrintStream stdout = System.out;
    System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
    try {
      int code = Main.commandLine(args).setErr(new PrintWriter(error, true)).execute(args);
      return new Cli(code, error.toString());
    } finally {
      System.setOut(stdout);
    }
  }
}
