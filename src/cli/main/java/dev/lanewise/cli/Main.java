package dev.lanewise.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the {@code lanewise} command. */
@Command(
    name = "lanewise",
    version = "lanewise 0.1.0-SNAPSHOT",
    mixinStandardHelpOptions = true,
    description = "Trains neural networks on one CPU.")
public final class Main implements Runnable {

  private Main() {}

  /**
   * Runs the command line and exits with its code.
   *
   * @param args the arguments after the program's name
   */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
