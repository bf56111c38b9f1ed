package dev.lanewise.cli;

import dev.lanewise.cli.recipe.Recipe;
import dev.lanewise.cli.recipe.RecipeReader;
import dev.lanewise.cli.run.Experiment;
import dev.lanewise.cli.run.RunFolder;
import dev.lanewise.cli.run.RunFolderException;
import dev.lanewise.engine.Engine;
import dev.lanewise.train.NonFiniteException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

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

  /** Whether its folder holds a run. */
  boolean hasBegun() {
    return Files.exists(new RunFolder(path()).recipe());
  }

  /** Begins, resumes or, if it has ended, passes over the run; one that diverges ends there. */
  void run(RecipeArguments arguments, Terminal terminal, boolean quiet, PrintWriter err) {
    RunFolder folder = new RunFolder(path());
    boolean begun = hasBegun();
    if (begun) {
      requireSameRecipe(folder);
      if (folder.hasEnded()) {
        terminal.out().println("has ended before");
        return;
      }
      folder = RunFolder.toResume(path());
    }
    try (Engine engine = arguments.engine(recipe);
        Experiment experiment =
            Experiment.open(recipe, arguments.data(), new DownloadProgress(terminal, quiet))) {
      if (!begun) {
        folder.claim(RecipeReader.write(recipe));
      }
      new TrainingSession(engine, experiment, folder, terminal, quiet).resume(err);
    } catch (NonFiniteException e) {
      terminal.out().println("diverged: " + e.getMessage());
    }
  }

  private void requireSameRecipe(RunFolder folder) {
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
