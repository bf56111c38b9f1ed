package dev.lanewise.cli.verify;

import dev.lanewise.cli.recipe.Recipe;
import dev.lanewise.cli.recipe.RecipeReader;
import dev.lanewise.cli.run.Json;
import dev.lanewise.cli.run.RunFolder;
import dev.lanewise.cli.run.RunFolderException;
import dev.lanewise.engine.Fingerprint;
import dev.lanewise.io.SafeTensors;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import tools.jackson.databind.JsonNode;

/**
 * What a run has left in its folder. A run that was killed has no summary, and one whose large
 * files were deleted has neither model nor checkpoints.
 *
 * @param folder its folder
 * @param recipe as resolved
 * @param manifest what it was made of
 * @param summary how it ended; a missing node if it did not
 */
public record RecordedRun(RunFolder folder, Recipe recipe, JsonNode manifest, JsonNode summary) {

  /**
   * Reads a run folder.
   *
   * @throws RunFolderException if a file that every run has is missing
   */
  public static RecordedRun of(Path path) {
    RunFolder folder = new RunFolder(path);
    for (Path file : new Path[] {folder.recipe(), folder.manifest(), folder.metrics()}) {
      if (!Files.isRegularFile(file)) {
        throw new RunFolderException(
            "%s holds no record of a run: it has no file %s".formatted(path, file.getFileName()),
            null);
      }
    }
    return new RecordedRun(
        folder,
        RecipeReader.readResolved(folder.recipe()),
        Json.read(folder.manifest()),
        Json.read(folder.summary()));
  }

  /** Where it ran, as far as bits may depend on it. */
  public Fingerprint fingerprint() {
    Map<String, String> fields = new LinkedHashMap<>();
    manifest
        .path("fingerprint")
        .propertyStream()
        .forEach(field -> fields.put(field.getKey(), field.getValue().asString("")));
    return new Fingerprint(fields);
  }

  /** The checkpoints that are left, by the number of steps before them. */
  NavigableMap<Long, Path> checkpoints() {
    return folder.checkpoints(recipe.checkpoint().keep()).files();
  }

  /** Whether the trained model is left. */
  boolean hasModel() {
    return Files.isRegularFile(folder.model());
  }

  /** The trained model's tensors. */
  Map<String, Tensor> model(Scope scope) {
    try (SafeTensors file = SafeTensors.open(folder.model())) {
      return file.readAll(scope);
    }
  }
}
