package dev.lanewise.cli.report;

import dev.lanewise.cli.recipe.RecipeReader;
import dev.lanewise.cli.run.Json;
import dev.lanewise.cli.run.RunFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Runs side by side: where their recipes differ, how they ended and how training went.
 *
 * @param settings keys of the recipe whose values differ, the name of the recipe aside
 * @param results keys of {@code summary.json} that tell how good and how fast a run was
 * @param runs the runs, in the order asked for
 */
public record Comparison(List<String> settings, List<String> results, List<Run> runs) {
  private static final List<String> SPEED = List.of("epochs", "steps", "samples_per_s", "wall_s");
  private static final String NAME = "name";
  private static final int HASH_DIGITS = 8;

  /**
   * One run.
   *
   * @param name its folder, without the part that all have in common
   * @param state {@code done}, {@code interrupted}, or {@code unfinished} without a summary
   * @param settings values of its recipe by key, of those that differ
   * @param results values of its summary by key; none where it has not ended
   * @param weights the first digits of the checksum of its weights, or empty
   * @param curves how training went
   */
  public record Run(
      String name,
      String state,
      Map<String, String> settings,
      Map<String, Double> results,
      String weights,
      Curves curves) {}

  /**
   * Compares the runs in {@code folders}.
   *
   * @throws dev.lanewise.cli.run.RunFolderException if one of them holds no run
   */
  public static Comparison of(List<Path> folders) {
    List<RunFolder> opened = folders.stream().map(RunFolder::withRecipe).toList();
    List<Map<String, String>> recipes =
        opened.stream().map(folder -> RecipeReader.settings(folder.recipe())).toList();
    List<String> differing = differing(recipes);
    List<Run> runs = new ArrayList<>();
    Set<String> results = new LinkedHashSet<>();
    List<Path> paths = folders.stream().map(path -> path.toAbsolutePath().normalize()).toList();
    Path common = commonParent(paths);
    for (int i = 0; i < opened.size(); i++) {
      String name = common == null ? "" + paths.get(i) : "" + common.relativize(paths.get(i));
      Run run = run(name, opened.get(i), recipes.get(i), differing);
      runs.add(run);
      results.addAll(run.results.keySet());
    }
    return new Comparison(differing, List.copyOf(results), runs);
  }

  /** The deepest folder that all of {@code paths} lie in, or null if there is none. */
  private static @Nullable Path commonParent(List<Path> paths) {
    Path parent = paths.getFirst().getParent();
    while (parent != null && !containsAll(parent, paths)) {
      parent = parent.getParent();
    }
    return parent;
  }

  private static boolean containsAll(Path folder, List<Path> paths) {
    return paths.stream().allMatch(path -> path.startsWith(folder) && !path.equals(folder));
  }

  /** Writes the page that shows the comparison. */
  public void write(Path file) {
    Page.COMPARE.write(file, this);
  }

  private static List<String> differing(List<Map<String, String>> recipes) {
    Set<String> keys = new LinkedHashSet<>();
    recipes.forEach(recipe -> keys.addAll(recipe.keySet()));
    keys.remove(NAME);
    keys.removeIf(
        key -> recipes.stream().map(recipe -> recipe.getOrDefault(key, "")).distinct().count() < 2);
    return List.copyOf(keys);
  }

  private static Run run(
      String name, RunFolder folder, Map<String, String> recipe, List<String> differing) {
    Map<String, String> settings = new LinkedHashMap<>();
    differing.forEach(key -> settings.put(key, recipe.getOrDefault(key, "")));
    JsonNode summary = Json.read(folder.summary());
    Map<String, Double> results = new LinkedHashMap<>();
    String state = "unfinished";
    String weights = "";
    if (!summary.isMissingNode()) {
      state = summary.path("interrupted").asBoolean(false) ? "interrupted" : "done";
      weights = summary.path("weights_sha256").asString("");
      summary
          .properties()
          .forEach(
              entry -> {
                String key = entry.getKey();
                if (entry.getValue().isNumber()
                    && (key.startsWith("test_") || SPEED.contains(key))) {
                  results.put(key, entry.getValue().asDouble());
                }
              });
    }
    return new Run(
        name,
        state,
        settings,
        results,
        weights.substring(0, Math.min(HASH_DIGITS, weights.length())),
        Curves.of(folder));
  }

  /** The comparison as lines of text, a run each or, where they are few, a column each. */
  public List<String> table() {
    List<List<String>> rows = new ArrayList<>();
    List<String> headings = new ArrayList<>(List.of("run", "state"));
    headings.addAll(settings);
    headings.addAll(results);
    headings.add("weights");
    rows.add(headings);
    for (Run run : runs) {
      List<String> row = new ArrayList<>(List.of(run.name, run.state));
      settings.forEach(key -> row.add(run.settings.getOrDefault(key, "")));
      results.forEach(key -> row.add(TextTable.number(run.results.get(key))));
      row.add(run.weights);
      rows.add(row);
    }
    return TextTable.lines(headings.size() > rows.size() ? TextTable.transposed(rows) : rows);
  }
}
