package dev.lanewise.cli;

import dev.lanewise.cli.run.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Entry point of the {@code lanewise} command. */
@Command(
    name = "lanewise",
    description = "Trains neural networks on one CPU.",
    versionProvider = Main.ProgramVersion.class,
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    subcommands = {
      TrainCommand.class,
      ResumeCommand.class,
      EvalCommand.class,
      PredictCommand.class,
      ExportCommand.class,
      VerifyCommand.class,
      TraceDiffCommand.class,
      ReplayCommand.class,
      ReportCommand.class,
      CompareCommand.class,
      SweepCommand.class,
      LrFindCommand.class,
      DataCommand.class,
      BenchCommand.class,
      InfoCommand.class
    })
public final class Main implements Runnable {
  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Also show where a failure comes from.")
  private boolean stackTrace;

  private Main() {}

  /**
   * Runs the command line and exits with its code.
   *
   * @param args the arguments after the program's name
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command line, ready to execute arguments. */
  static CommandLine commandLine() {
    Main main = new Main();
    return new CommandLine(main)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((e, _) -> Failures.report(e))
        .setExecutionExceptionHandler(
            (e, command, _) -> Failures.report(e, command, main.stackTrace));
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }

  static final class ProgramVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"lanewise " + Version.current()};
    }
  }
}
