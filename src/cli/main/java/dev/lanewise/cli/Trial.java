package dev.lanewise.cli;

import dev.lanewise.cli.recipe.Recipe;
import dev.lanewise.cli.recipe.RecipeReader;
import dev.lanewise.cli.run.Experiment;
import dev.lanewise.cli.run.RunFolder;
import dev.lanewise.cli.run.RunFolderException;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import dev.lanewise.tensor.Scope;
import dev.lanewise.train.NonFiniteException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One run of a sweep.
 *
 * @param settings what is set apart from the other runs
 * @param recipe with these settings
 * @param sweep the folder of all runs
 */
record Trial(Map<String, String> settings, Recipe recipe, Path sweep) {
  private static final int LONGEST_NAME = 120;

  /** The name of its folder: its settings. */
  String name() {
    String text =
        settings.entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue())
            .collect(Collectors.joining(","));
    String safe = fileName(text);
    return safe.length() <= LONGEST_NAME && safe.equals(text)
        ? safe
        : safe.substring(0, Math.min(LONGEST_NAME, safe.length()))
            + "-"
            + Integer.toHexString(text.hashCode());
  }

  /** {@code text} with what a file name had better not have replaced. */
  static String fileName(String text) {
    return text.replaceAll("[^A-Za-z0-9._=,-]", "_");
  }

  Path path() {
    return sweep.resolve(name());
  }

  /** Whether its folder holds a run; one that was killed while it took the folder has not begun. */
  boolean hasBegun() {
    return new RunFolder(path()).recipe().toFile().length() > 0;
  }

  /** Whether that has ended. */
  boolean hasEnded() {
    return new RunFolder(path()).hasEnded();
  }

  /**
   * Begins or resumes the run.
   *
   * @param options of what computes
   * @param data the user's own data, or null
   * @param watched hears how it goes
   * @return how it ended, in a line; one that diverges ends there
   */
  String run(EngineOptions options, @Nullable Path data, SweepProgress.Run watched) {
    boolean begun = hasBegun();
    RunFolder folder = begun ? RunFolder.toResume(path()) : new RunFolder(path());
    try (Engine engine = Engine.of(options);
        Experiment experiment = Experiment.open(recipe, data, watched);
        Scope scope = Scope.open("checkpoint")) {
      if (!begun) {
        folder.claim(RecipeReader.write(recipe));
      }
      TrainingSession session = watched.session(engine, experiment, folder);
      TrainingSession.Outcome outcome =
          session.train(session.newestCheckpoint(scope, watched::warn));
      String folds = outcome.folds().map(text -> ", " + text).orElse("");
      return String.format(
          Locale.ROOT, "%s%s, %.1f s", outcome.measures(), folds, outcome.summary().wallS());
    } catch (NonFiniteException e) {
      return "diverged: " + e.getMessage();
    }
  }

  /**
   * Makes sure that a run that has begun is this one.
   *
   * @throws RunFolderException if it is not
   */
  void requireSameRecipe() {
    RunFolder folder = new RunFolder(path());
    if (!hasBegun()) {
      return;
    }
    try {
      if (Files.readString(folder.recipe()).equals(RecipeReader.write(recipe))) {
        return;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder.recipe(), e);
    }
    throw new RunFolderException(
        "%s holds a run of another recipe: name another folder with --out, or delete it"
            .formatted(folder.path()),
        null);
  }
}
