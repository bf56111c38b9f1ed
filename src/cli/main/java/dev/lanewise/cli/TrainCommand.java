package dev.lanewise.cli;

import dev.lanewise.cli.recipe.Recipe;
import dev.lanewise.cli.recipe.RecipeReader;
import dev.lanewise.cli.run.Experiment;
import dev.lanewise.cli.run.RunFolder;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.Mode;
import dev.lanewise.train.HashTrace;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lanewise train}: trains a recipe and writes its run folder. */
@Command(name = "train", description = "Trains a model and writes a run folder.")
final class TrainCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "RECIPE",
      defaultValue = "digits-mlp",
      completionCandidates = BuiltIn.class,
      description = "A YAML file, or one of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private String recipe = "digits-mlp";

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training data.")
  private @Nullable Integer epochs;

  @Option(names = "--batch", paramLabel = "N", description = "Samples in a step.")
  private @Nullable Integer batch;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Seed of initial values, order and dropout.")
  private @Nullable Long seed;

  @Mixin private EngineArguments engineArguments = new EngineArguments();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The run folder (default: runs/RECIPE-NUMBER).")
  private @Nullable Path out;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A folder with data of your own in place of the downloaded ones.")
  private @Nullable Path data;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets any key of the recipe by its path, as in --set optimizer.lr=0.01.")
  private Map<String, String> overrides = new LinkedHashMap<>();

  @Option(
      names = "--trace-hashes",
      paramLabel = "FILE",
      description = "Write a hash of everything that is computed, for lanewise trace-diff.")
  private @Nullable Path trace;

  @Option(names = "--quiet", description = "Print the result only.")
  private boolean quiet;

  /** The recipes that come with the program. */
  static final class BuiltIn implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return RecipeReader.BUILT_IN.iterator();
    }
  }

  @Override
  public Integer call() {
    Recipe resolved = resolve();
    RunFolder folder = RunFolder.forNewRun(out, resolved.name());
    Terminal terminal = Terminal.standard();
    try (Engine engine = Engine.of(engineArguments.options(resolved.mode()));
        Experiment experiment =
            Experiment.open(resolved, data, new DownloadProgress(terminal, quiet));
        HashTrace hashes = trace == null ? null : new HashTrace(trace)) {
      folder.claim(RecipeReader.write(resolved));
      experiment.trace(hashes);
      return new TrainingSession(engine, experiment, folder, terminal, quiet).run(null);
    }
  }

  /** The recipe with what the command line changes. */
  private Recipe resolve() {
    Map<String, String> changes = new LinkedHashMap<>(overrides);
    put(changes, "epochs", epochs);
    put(changes, "data.batch", batch);
    put(changes, "seed", seed);
    Recipe read = RecipeReader.read(recipe, changes);
    Mode mode = engineArguments.mode(read.mode());
    if (mode == read.mode()) {
      return read;
    }
    put(changes, "mode", mode);
    return RecipeReader.read(recipe, changes);
  }

  private static void put(Map<String, String> changes, String key, @Nullable Object value) {
    if (value != null) {
      changes.put(key, value.toString().toLowerCase(Locale.ROOT));
    }
  }
}
