package dev.lanewise.cli.recipe;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A setting of a kind of layer.
 *
 * @param name its key
 * @param type what its value can be
 * @param fallback the value where none is given; null if one must be given
 */
record LayerKey(String name, Type type, @Nullable Object fallback) {

  /** What the value of a setting can be. */
  enum Type {
    /** A whole number of at least 1: a {@code Long}. */
    SIZE("a whole number of at least 1") {
      @Override
      @Nullable Object read(JsonNode json) {
        return json.isIntegralNumber() && json.asLong() >= 1 ? json.asLong() : null;
      }
    },
    /** A size, or the number of classes that the data have: a {@code Long} or the word. */
    SIZE_OR_CLASSES("a whole number of at least 1, or " + LayerKey.CLASSES) {
      @Override
      @Nullable Object read(JsonNode json) {
        boolean word = json.isString() && json.asString().equals(LayerKey.CLASSES);
        return word ? LayerKey.CLASSES : SIZE.read(json);
      }
    },
    /** A whole number of at least 0: a {@code Long}. */
    COUNT("a whole number of at least 0") {
      @Override
      @Nullable Object read(JsonNode json) {
        return json.isIntegralNumber() && json.asLong() >= 0 ? json.asLong() : null;
      }
    },
    /** A number of at least 0 and below 1: a {@code Double}. */
    SHARE("a number in [0, 1)") {
      @Override
      @Nullable Object read(JsonNode json) {
        return json.isNumber() && json.asDouble() >= 0 && json.asDouble() < 1
            ? json.asDouble()
            : null;
      }
    },
    /** A number above 0: a {@code Double}. */
    POSITIVE("a number above 0") {
      @Override
      @Nullable Object read(JsonNode json) {
        return json.isNumber() && json.asDouble() > 0 ? json.asDouble() : null;
      }
    },
    /** True or false: a {@code Boolean}. */
    FLAG("true or false") {
      @Override
      @Nullable Object read(JsonNode json) {
        return json.isBoolean() ? json.asBoolean() : null;
      }
    },
    /** Any finite number: a {@code Double}. */
    NUMBER("a number") {
      @Override
      @Nullable Object read(JsonNode json) {
        return json.isNumber() && Double.isFinite(json.asDouble()) ? json.asDouble() : null;
      }
    },
    /** An activation: a {@link LayerSpec}. */
    ACTIVATION("an activation, as gelu or {leaky_relu: 0.2}") {
      @Override
      @Nullable Object read(JsonNode json) {
        String name = json.isObject() ? String.join("", json.propertyNames()) : json.asString("");
        return LayerKinds.activations().contains(name) ? LayerSpec.of(json) : null;
      }
    },
    /** A size along both axes of images, or one for each: a {@code Long} or a list of two. */
    SIZE_OR_PAIR("a whole number of at least 1, or [h, w] with two of them") {
      @Override
      @Nullable Object read(JsonNode json) {
        return oneOrTwo(SIZE, json);
      }
    },
    /** A count along both axes of images, or one for each: a {@code Long} or a list of two. */
    COUNT_OR_PAIR("a whole number of at least 0, or [h, w] with two of them") {
      @Override
      @Nullable Object read(JsonNode json) {
        return oneOrTwo(COUNT, json);
      }
    },
    /** Sizes of axes: a list of {@code Long}. */
    SIZES("a list of whole numbers of at least 1") {
      @Override
      @Nullable Object read(JsonNode json) {
        return list(SIZE, json);
      }
    },
    /** A layer: a {@link LayerSpec}. */
    LAYER("a layer") {
      @Override
      @Nullable Object read(JsonNode json) {
        return LayerSpec.of(json);
      }
    },
    /** Layers: a list of {@link LayerSpec}. */
    LAYERS("a list of layers") {
      @Override
      @Nullable Object read(JsonNode json) {
        return list(LAYER, json);
      }
    },
    /** Lists of layers: a list of lists of {@link LayerSpec}. */
    BRANCHES("a list of lists of layers") {
      @Override
      @Nullable Object read(JsonNode json) {
        return list(LAYERS, json);
      }
    };

    private final String expected;

    Type(String expected) {
      this.expected = expected;
    }

    /** The value, or null if it is not of this type. */
    abstract @Nullable Object read(JsonNode json);

    private static @Nullable List<Object> list(Type each, JsonNode json) {
      if (!json.isArray() || json.isEmpty()) {
        return null;
      }
      List<Object> values = new ArrayList<>();
      for (JsonNode element : json) {
        Object value = each.read(element);
        if (value == null) {
          return null;
        }
        values.add(value);
      }
      return List.copyOf(values);
    }

    private static @Nullable Object oneOrTwo(Type each, JsonNode json) {
      if (!json.isArray()) {
        return each.read(json);
      }
      return json.size() == 2 ? list(each, json) : null;
    }
  }

  /** Stands for the number of classes, or of characters, that the data have. */
  static final String CLASSES = "classes";

  /** Reads the value for a layer of kind {@code layer}. */
  Object read(String layer, JsonNode json) {
    Object value = type.read(json);
    if (value == null) {
      throw new IllegalArgumentException(
          "%s: %s: found %s, expected %s".formatted(layer, name, json, type.expected));
    }
    return value;
  }
}
