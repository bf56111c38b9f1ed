package dev.lanewise.cli;

import dev.lanewise.cli.recipe.Recipe;
import dev.lanewise.cli.recipe.SearchSpace;
import dev.lanewise.cli.report.Comparison;
import dev.lanewise.cli.run.Interrupt;
import dev.lanewise.engine.EngineOptions;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
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
      "Trains a recipe with many settings, side by side, one run folder each. Called again,",
      "it goes on: runs that have ended are passed over, interrupted ones resumed."
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
      names = "--jobs",
      paramLabel = "N",
      description = "Runs at a time, which share the threads (default: as many as threads).")
  private @Nullable Integer jobs;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder of the run folders (default: runs/RECIPE-sweep).")
  private @Nullable Path out;

  @Option(names = "--quiet", description = "Print results only.")
  private boolean quiet;

  @Override
  public Integer call() throws Exception {
    Recipe base = arguments.resolve();
    int threads = arguments.engineOptions(base).threads();
    if (jobs != null && jobs < 1) {
      throw new IllegalArgumentException("--jobs: found " + jobs + ", expected at least 1");
    }
    Path folder = out == null ? Path.of("runs", Trial.fileName(base.name()) + "-sweep") : out;
    List<Trial> trials = trials(base.seed(), folder);
    Terminal terminal = Terminal.standard();
    PrintWriter err = spec.commandLine().getErr();
    try (Interrupt interrupt = Interrupt.listen()) {
      List<Throwable> failures;
      try (SweepProgress progress =
          new SweepProgress(terminal, err, quiet, interrupt, trials.size())) {
        failures = train(trials, threads, progress);
      }
      compare(trials, folder, terminal.out());
      if (interrupt.requested()) {
        terminal.out().println("interrupted; go on with the same command");
        return Failures.INTERRUPTED;
      }
      throwFirst(failures);
    }
    return Failures.DONE;
  }

  /** The runs, in order. Draws can coincide. */
  private List<Trial> trials(long seed, Path folder) {
    Map<String, Trial> trials = new LinkedHashMap<>();
    SearchSpace space = SearchSpace.of(grids, ranges, logRanges);
    for (Map<String, String> settings :
        random == null ? space.grid() : space.random(random, seed)) {
      Trial trial = new Trial(settings, arguments.resolve(settings), folder);
      trials.putIfAbsent(trial.name(), trial);
    }
    trials.values().forEach(Trial::requireSameRecipe);
    return List.copyOf(trials.values());
  }

  /** Trains what has not ended, and returns what has failed. */
  private List<Throwable> train(List<Trial> trials, int threads, SweepProgress progress) {
    int left = Math.toIntExact(trials.stream().filter(trial -> !trial.hasEnded()).count());
    int atOnce = Math.clamp(left, 1, jobs == null ? threads : jobs);
    int threadsEach = Math.max(1, threads / atOnce);
    progress.begin(left, atOnce, threadsEach);
    List<Future<?>> ends = new ArrayList<>();
    ThreadFactory factory = Thread.ofPlatform().name("lanewise-trial-", 1).factory();
    try (ExecutorService pool = Executors.newFixedThreadPool(atOnce, factory)) {
      for (int i = 0; i < trials.size(); i++) {
        Trial trial = trials.get(i);
        var run = progress.run("[%d/%d] %s".formatted(i + 1, trials.size(), trial.name()));
        if (trial.hasEnded()) {
          run.end("has ended before");
        } else {
          ends.add(pool.submit(() -> train(trial, threadsEach, run)));
        }
      }
    }
    return ends.stream()
        .filter(end -> end.state() == Future.State.FAILED)
        .map(Future::exceptionNow)
        .distinct() // the failure to load a library is one for all
        .toList();
  }

  private void train(Trial trial, int threads, SweepProgress.Run run) {
    if (run.wantsToStop()) {
      return;
    }
    try {
      EngineOptions options = arguments.engineOptions(trial.recipe()).threads(threads);
      run.end(trial.run(options, arguments.data(), run));
    } catch (RuntimeException e) {
      run.end("failed: " + Failures.message(e));
      throw e;
    }
  }

  /** Writes a page with the runs that have begun side by side, and prints their table. */
  private static void compare(List<Trial> trials, Path folder, PrintStream out) {
    List<Path> begun = trials.stream().filter(Trial::hasBegun).map(Trial::path).toList();
    if (!begun.isEmpty()) {
      Comparison comparison = Comparison.of(begun);
      Path page = folder.resolve("compare.html");
      comparison.write(page);
      comparison.table().forEach(out::println);
      out.println("curves in " + page);
    }
  }

  private static void throwFirst(List<Throwable> failures) throws Exception {
    if (failures.isEmpty()) {
      return;
    }
    Throwable first = failures.getFirst();
    failures.stream().skip(1).forEach(first::addSuppressed);
    if (first instanceof Error error) {
      throw error;
    }
    throw (Exception) first;
  }
}
