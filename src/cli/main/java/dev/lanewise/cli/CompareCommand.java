package dev.lanewise.cli;

import dev.lanewise.cli.report.Comparison;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lanewise compare}: runs side by side. */
@Command(
    name = "compare",
    description = {
      "Shows runs side by side: where their recipes differ, how they ended,",
      "and their curves in a page."
    })
final class CompareCommand implements Callable<Integer> {
  @Parameters(arity = "2..*", paramLabel = "RUN", description = "Run folders.")
  private List<Path> folders = List.of();

  @Option(
      names = "--html",
      paramLabel = "FILE",
      defaultValue = "compare.html",
      description = "Where to write the page (default: ${DEFAULT-VALUE}).")
  private Path html = Path.of("compare.html");

  @Override
  public Integer call() {
    Terminal terminal = Terminal.standard();
    Comparison comparison = Comparison.of(folders);
    comparison.table().forEach(terminal.out()::println);
    comparison.write(html);
    terminal.out().println("curves in " + html);
    return Failures.DONE;
  }
}
