package dev.lanewise.cli;

import dev.lanewise.cli.recipe.Recipe;
import dev.lanewise.cli.recipe.RecipeReader;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import dev.lanewise.engine.Mode;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options that say what is trained, on what and by which threads. */
final class RecipeArguments {
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

  @Mixin private DataArguments dataArguments = new DataArguments();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets any key of the recipe by its path, as in --set optimizer.lr=0.01.")
  private Map<String, String> overrides = new LinkedHashMap<>();

  /** The recipes that come with the program. */
  static final class BuiltIn implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return RecipeReader.BUILT_IN.iterator();
    }
  }

  /** The recipe with what the command line changes. */
  Recipe resolve() {
    return resolve(Map.of());
  }

  /** The recipe with what the command line changes and then {@code settings}, keys by path. */
  Recipe resolve(Map<String, String> settings) {
    Map<String, String> changes = new LinkedHashMap<>(overrides);
    put(changes, "epochs", epochs);
    put(changes, "data.batch", batch);
    put(changes, "seed", seed);
    changes.putAll(settings);
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

  /** What computes {@code resolved}; it warms up while the data are read. */
  Engine engine(Recipe resolved) {
    Engine engine = Engine.of(engineOptions(resolved));
    Thread.ofPlatform()
        .daemon()
        .name("warm-up")
        .uncaughtExceptionHandler((thread, e) -> {}) // training tries again, and tells
        .start(engine::warmUp);
    return engine;
  }

  /** The options of what computes {@code resolved}. */
  EngineOptions engineOptions(Recipe resolved) {
    return engineArguments.options(resolved.mode());
  }

  /** The user's own data, or null. */
  @Nullable Path data() {
    return dataArguments.folder();
  }
}
