package dev.lanewise.cli.recipe;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Sets single keys of a recipe by their path, such as {@code optimizer.lr} or {@code model.2}. */
final class Overrides {
  private Overrides() {}

  /**
   * Sets the value at {@code path}, whose parts are keys of mappings and indices, from 0, of lists.
   * Mappings on the way that do not exist yet are made; a name in place of a mapping, as in {@code
   * optimizer: adam}, becomes its type.
   *
   * @param yaml the value
   * @throws RecipeException if the path leads nowhere or the value is no YAML
   */
  static void set(ObjectNode recipe, String path, String yaml) {
    String[] parts = path.split("\\.", -1);
    JsonNode at = recipe;
    for (int i = 0; i < parts.length - 1; i++) {
      at = child(at, parts[i], path);
    }
    JsonNode value = parse(path, yaml);
    String last = parts[parts.length - 1];
    switch (at) {
      case ObjectNode mapping when !last.isEmpty() -> mapping.set(last, value);
      case ArrayNode list -> list.set(index(list, last, path), value);
      default -> throw nowhere(path, last);
    }
  }

  private static JsonNode child(JsonNode parent, String part, String path) {
    return switch (parent) {
      case ObjectNode mapping when !part.isEmpty() -> mappingAt(mapping, part);
      case ArrayNode list -> list.get(index(list, part, path));
      default -> throw nowhere(path, part);
    };
  }

  private static JsonNode mappingAt(ObjectNode parent, String key) {
    JsonNode child = parent.get(key);
    if (child == null || child.isNull()) {
      return parent.putObject(key);
    }
    return child.isString() ? parent.putObject(key).put("type", child.asString()) : child;
  }

  private static int index(ArrayNode list, String part, String path) {
    if (!part.matches("\\d{1,9}") || Integer.parseInt(part) >= list.size()) {
      throw new RecipeException(
          "--set %s: found \"%s\", expected an index from 0 to %d of a list"
              .formatted(path, part, list.size() - 1));
    }
    return Integer.parseInt(part);
  }

  private static JsonNode parse(String path, String yaml) {
    try {
      return RecipeFormat.parse(yaml);
    } catch (JacksonException e) {
      throw new RecipeException("--set %s: the value \"%s\" is no YAML".formatted(path, yaml), e);
    }
  }

  private static RecipeException nowhere(String path, String part) {
    return new RecipeException(
        "--set %s: there is nothing at \"%s\" to set a key of".formatted(path, part));
  }
}
