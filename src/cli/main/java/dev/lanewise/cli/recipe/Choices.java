package dev.lanewise.cli.recipe;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** The types that a section can have, by name, each with an example that holds its defaults. */
final class Choices {
  private static final String TYPE = "type";

  private final String byDefault;
  private final Map<String, Object> examples = new LinkedHashMap<>();

  /** Starts with none; {@code byDefault} stands in for a section that is not there. */
  Choices(String byDefault) {
    this.byDefault = byDefault;
  }

  /** Adds a type. */
  Choices with(String name, Object example) {
    examples.put(name, example);
    return this;
  }

  /** The examples by name. */
  Map<String, Object> examples() {
    return examples;
  }

  /**
   * Fills in the defaults of a section's type. A name alone stands for that type with all defaults;
   * what is neither is left for the binding to refuse.
   */
  JsonNode fill(ObjectMapper mapper, @Nullable JsonNode section) {
    if (section == null) {
      return defaults(mapper, byDefault);
    }
    if (section.isString()) {
      return defaults(mapper, section.asString());
    }
    if (section.isObject() && section.path(TYPE).isString()) {
      return defaults(mapper, section.path(TYPE).asString()).setAll((ObjectNode) section);
    }
    return section;
  }

  private ObjectNode defaults(ObjectMapper mapper, String name) {
    ObjectNode filled = mapper.createObjectNode().put(TYPE, name);
    Object example = examples.get(name);
    return example == null ? filled : filled.setAll(mapper.<ObjectNode>valueToTree(example));
  }
}
