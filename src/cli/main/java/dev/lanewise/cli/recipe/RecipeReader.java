package dev.lanewise.cli.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Finds recipes, changes single keys and reads the result strictly. */
public final class RecipeReader {
  /** The recipes that come with the program; the first is the default. */
  public static final List<String> BUILT_IN =
      List.of("digits-mlp", "mnist-mlp", "mnist-lenet", "mnist-cnn", "fashion-mlp", "fashion-cnn");

  private RecipeReader() {}

  /**
   * Reads a recipe.
   *
   * @param recipe a built-in name or a YAML file
   * @param overrides values, in YAML, by the path of their key
   * @throws RecipeException if there is none, it is no recipe, or an override does not fit
   */
  public static Recipe read(String recipe, Map<String, String> overrides) {
    boolean builtIn = BUILT_IN.contains(recipe);
    Path file = Path.of(recipe);
    String name = builtIn ? recipe : stem(file);
    ObjectNode tree = tree(recipe, builtIn ? resource(recipe) : text(file));
    overrides.forEach((path, value) -> Overrides.set(tree, path, value));
    if (!tree.hasNonNull("name")) {
      tree.put("name", name);
    }
    return bind("recipe " + recipe, tree);
  }

  /**
   * Reads the recipe that a run folder keeps.
   *
   * @throws RecipeException if it is no recipe
   */
  public static Recipe readResolved(Path file) {
    return bind(file.toString(), tree(file.toString(), text(file)));
  }

  /** The recipe with every default filled in, as YAML that {@link #read} reads. */
  public static String write(Recipe recipe) {
    return RecipeFormat.write(recipe);
  }

  private static Recipe bind(String name, ObjectNode tree) {
    for (String required : List.of("data", "model")) {
      if (!tree.hasNonNull(required)) {
        throw new RecipeException(name + ": the key " + required + " is missing");
      }
    }
    if (tree.path("data").isObject() && !tree.path("data").hasNonNull("source")) {
      throw new RecipeException(name + ": the key data.source is missing");
    }
    try {
      return RecipeFormat.bind(tree);
    } catch (JacksonException e) {
      throw RecipeErrors.misfit(name, tree, e);
    }
  }

  private static ObjectNode tree(String name, String yaml) {
    try {
      JsonNode tree = RecipeFormat.parse(yaml);
      if (tree instanceof ObjectNode mapping) {
        return mapping;
      }
    } catch (JacksonException e) {
      throw RecipeErrors.malformed(name, e);
    }
    throw new RecipeException(name + ": expected a mapping of keys to values");
  }

  private static String text(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new RecipeException(
          "unknown recipe \"%s\": no file of that name, and the built-in recipes are %s"
              .formatted(file, String.join(", ", BUILT_IN)));
    }
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new RecipeException("cannot read the recipe " + file + ": " + e.getMessage(), e);
    }
  }

  private static String resource(String name) {
    String path = "/dev/lanewise/cli/recipes/" + name + ".yaml";
    try (InputStream in = RecipeReader.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("the program was built without " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + path, e);
    }
  }

  private static String stem(Path file) {
    Path last = file.getFileName();
    String name = last == null ? "recipe" : last.toString();
    return name.replaceFirst("\\.ya?ml$", "");
  }
}
