package dev.lanewise.cli;

import dev.lanewise.tensor.LanewiseException;
import dev.lanewise.tensor.OffHeapBudgetException;
import dev.lanewise.train.NonFiniteException;
import java.io.IOException;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What goes wrong, as one line on standard error and an exit code. */
final class Failures {
  /** The program did what it was asked to do. */
  static final int DONE = 0;

  /** Something failed that is not the user's doing. */
  static final int FAILED = 1;

  /** Wrong usage or bad input. */
  static final int BAD_INPUT = 2;

  /** The user ended it. */
  static final int INTERRUPTED = 130;

  private Failures() {}

  /** Reports wrong arguments. */
  static int report(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    print(command, oneLine(String.valueOf(e.getMessage())) + " (see " + name + " --help)");
    return BAD_INPUT;
  }

  /** Reports what a command has thrown. */
  static int report(Exception e, CommandLine command, boolean stackTrace) {
    if (stackTrace) {
      e.printStackTrace(command.getErr());
    }
    print(command, message(e));
    return code(e);
  }

  private static int code(Exception e) {
    return switch (e) {
      case NonFiniteException _, OffHeapBudgetException _ -> FAILED;
      case LanewiseException _, IllegalArgumentException _ -> BAD_INPUT;
      default -> FAILED;
    };
  }

  /** What has failed, in one line. */
  static String message(Exception e) {
    String text = oneLine(String.valueOf(e.getMessage()));
    return switch (e) {
      case LanewiseException _, IllegalArgumentException _ -> text;
      case UncheckedIOException io -> text + causeOf(io);
      case IOException _ -> text;
      default ->
          "unexpected failure: "
              + oneLine(e.toString())
              + " (--stacktrace shows where it comes from)";
    };
  }

  private static String causeOf(UncheckedIOException e) {
    Throwable cause = e.getCause();
    String reason = cause == null ? "" : oneLine(String.valueOf(cause.getMessage()));
    return String.valueOf(e.getMessage()).contains(reason) ? "" : ": " + reason;
  }

  private static void print(CommandLine command, String line) {
    command.getErr().println("lanewise: " + line);
    command.getErr().flush();
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
