package dev.lanewise.cli;

import dev.lanewise.cli.recipe.Recipe;
import dev.lanewise.cli.report.RateSearch;
import dev.lanewise.cli.run.Experiment;
import dev.lanewise.cli.run.Interrupt;
import dev.lanewise.engine.Engine;
import dev.lanewise.train.LearningRateFinder;
import dev.lanewise.train.LearningRateFinder.Found;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lanewise lr-find}: looks for a good learning rate. */
@Command(
    name = "lr-find",
    description = {
      "Looks for a good learning rate: trains some steps with a rate that grows",
      "until the loss diverges. Keeps no model."
    })
final class LrFindCommand implements Callable<Integer> {
  @Mixin private RecipeArguments arguments = new RecipeArguments();

  @Option(
      names = "--from",
      paramLabel = "LR",
      defaultValue = "1e-7",
      description = "The first rate (default: ${DEFAULT-VALUE}).")
  private double from = 1e-7;

  @Option(
      names = "--to",
      paramLabel = "LR",
      defaultValue = "10",
      description = "The last rate (default: ${DEFAULT-VALUE}).")
  private double to = 10;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "100",
      description = "Steps at most (default: ${DEFAULT-VALUE}).")
  private int steps = 100;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      defaultValue = "lr-find.html",
      description = "Where to write the plot (default: ${DEFAULT-VALUE}).")
  private Path html = Path.of("lr-find.html");

  @Override
  public Integer call() {
    Terminal terminal = Terminal.standard();
    LearningRateFinder finder = new LearningRateFinder(from, to, steps);
    Recipe recipe = arguments.resolve();
    try (Interrupt interrupt = Interrupt.listen();
        Engine engine = arguments.engine(recipe);
        Experiment experiment =
            Experiment.open(recipe, arguments.data(), new DownloadProgress(terminal, false))) {
      terminal
          .out()
          .printf(
              Locale.ROOT,
              "%s: rates from %.2g to %.2g in %,d steps at most%n",
              recipe.name(),
              from,
              to,
              steps);
      Found found =
          experiment.findRate(engine, finder, interrupt, new StepCounter(terminal, steps));
      if (interrupt.requested()) {
        return Failures.INTERRUPTED;
      }
      new RateSearch(recipe.name(), recipe.optimizer().lr(), found).write(html);
      terminal.out().println(result(found));
      terminal.out().println("plot in " + html);
    }
    return Failures.DONE;
  }

  private static String result(Found found) {
    String end =
        String.format(
            Locale.ROOT,
            found.diverged() ? "the loss diverges at a rate of %.2g" : "no divergence up to %.2g",
            found.points().isEmpty() ? Double.NaN : found.points().getLast().lr());
    return Double.isNaN(found.suggestion())
        ? end + "; the loss never fell: no suggestion"
        : String.format(Locale.ROOT, "%s; suggested: %.2g", end, found.suggestion());
  }
}
