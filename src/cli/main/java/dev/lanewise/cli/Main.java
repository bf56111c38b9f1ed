package dev.lanewise.cli;

import dev.lanewise.cli.run.Version;
import java.util.List;
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
    scope = ScopeType.INHERIT)
public final class Main implements Runnable {
  /** The commands, in the order of the help. */
  public static final List<Class<?>> COMMANDS =
      List.of(
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
          InfoCommand.class);

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
    System.exit(commandLine(args).execute(args));
  }

  /**
   * The command line, ready to execute {@code args}. Where they begin with a command, it knows no
   * other: to read the options of all of them takes 0.1 s (measured) of a start.
   */
  static CommandLine commandLine(String... args) {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    List<Class<?>> named = COMMANDS.stream().filter(command -> isNamed(command, args)).toList();
    (named.isEmpty() ? COMMANDS : named).forEach(line::addSubcommand);
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((e, _) -> Failures.report(e))
        .setExecutionExceptionHandler(
            (e, command, _) -> Failures.report(e, command, main.stackTrace));
  }

  private static boolean isNamed(Class<?> command, String... args) {
    return args.length > 0 && command.getAnnotation(Command.class).name().equals(args[0]);
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
