package dev.lanewise.cli.recipe;

import dev.lanewise.nn.Layer;
import dev.lanewise.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * A kind of layer that a recipe can name.
 *
 * @param name how recipes call it
 * @param rank axes that its samples must have; 0 if any will do
 * @param keys its settings; the first may be given alone, as in {@code linear: 512}
 * @param builder makes a layer
 */
record LayerKind(String name, int rank, List<LayerKey> keys, Builder builder) {

  /** Makes a layer. */
  interface Builder {
    /**
     * Makes a layer.
     *
     * @param settings all of them
     * @param in shape of a sample that it gets
     */
    Layer build(LayerSettings settings, Shape in);
  }

  /** The settings that {@code json} gives, with every default filled in. */
  Map<String, Object> read(JsonNode json) {
    Map<String, Object> values = new LinkedHashMap<>();
    if (!json.isObject()) {
      return alone(json);
    }
    for (String given : json.propertyNames()) {
      if (keys.stream().noneMatch(key -> key.name().equals(given))) {
        throw new IllegalArgumentException(
            "%s: unknown key \"%s\"; known: %s".formatted(name, given, usage()));
      }
    }
    for (LayerKey key : keys) {
      JsonNode value = json.get(key.name());
      values.put(key.name(), value == null ? fallback(key) : key.read(name, value));
    }
    return values;
  }

  private Map<String, Object> alone(JsonNode json) {
    if (keys.isEmpty() != json.isNull()) {
      throw new IllegalArgumentException(
          "%s: found %s, expected %s"
              .formatted(name, json.isNull() ? "no value" : json, keys.isEmpty() ? name : usage()));
    }
    Map<String, Object> values = new LinkedHashMap<>();
    for (LayerKey key : keys) {
      values.put(key.name(), values.isEmpty() ? key.read(name, json) : fallback(key));
    }
    return values;
  }

  /** The settings where nothing is given but the name. */
  Map<String, Object> defaults() {
    Map<String, Object> values = new LinkedHashMap<>();
    keys.forEach(key -> values.put(key.name(), fallback(key)));
    return values;
  }

  private Object fallback(LayerKey key) {
    if (key.fallback() == null) {
      throw new IllegalArgumentException(
          "%s: %s is missing; expected %s".formatted(name, key.name(), usage()));
    }
    return key.fallback();
  }

  /** Whether it is nothing without its first setting, as {@code linear} without a size. */
  boolean needsItsFirst() {
    return !keys.isEmpty() && keys.getFirst().fallback() == null;
  }

  /** How it is written, such as {@code conv2d: {filters, kernel, stride: 1}}. */
  String usage() {
    if (keys.isEmpty()) {
      return name;
    }
    return keys.stream()
        .map(key -> key.fallback() == null ? key.name() : key.name() + ": " + key.fallback())
        .collect(Collectors.joining(", ", name + ": {", "}"));
  }
}
