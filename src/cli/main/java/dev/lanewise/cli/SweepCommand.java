package dev.lanewise.cli;

import dev.lanewise.cli.recipe.Recipe;
import dev.lanewise.cli.recipe.SearchSpace;
import dev.lanewise.cli.report.Comparison;
import dev.lanewise.cli.run.Interrupt;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lanewise sweep}: one recipe with many settings. */
@Command(
    name = "sweep",
    description = {
      "Trains a recipe with many settings, one run folder each. Called again, it goes on:",
      "runs that have ended are passed over, interrupted ones resumed."
    })
final class SweepCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private RecipeArguments arguments = new RecipeArguments();

  @Option(
      names = "--grid",
      paramLabel = "KEY=A,B,...",
      description = "Values to try of a key; with several, all combinations.")
  private List<String> grids = List.of();

  @Option(
      names = "--random",
      paramLabel = "N",
      description = "Draw N settings at random instead of trying all combinations.")
  private @Nullable Integer random;

  @Option(
      names = "--range",
      paramLabel = "KEY=LOW..HIGH",
      description = "With --random: numbers to draw from, whole ones if both bounds are.")
  private List<String> ranges = List.of();

  @Option(
      names = "--log-range",
      paramLabel = "KEY=LOW..HIGH",
      description = "The same, evenly by the logarithm.")
  private List<String> logRanges = List.of();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder of the run folders (default: runs/RECIPE-sweep).")
  private @Nullable Path out;

  @Option(names = "--quiet", description = "Print results only.")
  private boolean quiet;

  @Override
  public Integer call() {
    Recipe base = arguments.resolve();
    Path folder = out == null ? Path.of("runs", Trial.fileName(base.name()) + "-sweep") : out;
    Map<String, Trial> trials = new LinkedHashMap<>(); // draws can coincide
    for (Map<String, String> settings : settings(base.seed())) {
      Trial trial = new Trial(settings, arguments.resolve(settings), folder);
      trials.putIfAbsent(trial.name(), trial);
    }
    Terminal terminal = Terminal.standard();
    PrintWriter err = spec.commandLine().getErr();
    try (Interrupt interrupt = Interrupt.listen()) {
      int number = 0;
      for (Trial trial : trials.values()) {
        number++;
        if (interrupt.requested()) {
          break;
        }
        terminal.out().println("[" + number + "/" + trials.size() + "] " + trial.name());
        trial.run(arguments, terminal, quiet, err);
      }
      List<Path> begun = trials.values().stream().filter(Trial::hasBegun).map(Trial::path).toList();
      if (!begun.isEmpty()) {
        Comparison comparison = Comparison.of(begun);
        Path page = folder.resolve("compare.html");
        comparison.write(page);
        comparison.table().forEach(terminal.out()::println);
        terminal.out().println("curves in " + page);
      }
      if (interrupt.requested()) {
        terminal.out().println("interrupted; go on with the same command");
        return Failures.INTERRUPTED;
      }
    }
    return Failures.DONE;
  }

  private List<Map<String, String>> settings(long seed) {
    SearchSpace space = SearchSpace.of(grids, ranges, logRanges);
    return random == null ? space.grid() : space.random(random, seed);
  }
}
