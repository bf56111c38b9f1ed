package dev.lanewise.cli.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lanewise.nn.Activation;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One entry of a model: a name such as {@code relu}, or a name with a value such as {@code linear:
 * 512}.
 *
 * @param name {@code linear}, {@code dropout}, {@code flatten} or an activation
 * @param value features of {@code linear}, probability of {@code dropout}, else null
 */
public record LayerSpec(String name, @Nullable Number value) {
  private static final String LINEAR = "linear";
  private static final String DROPOUT = "dropout";
  private static final String FLATTEN = "flatten";

  /** Checks name and value. */
  public LayerSpec {
    switch (name) {
      case LINEAR -> require(isFeatures(value), name, value, "linear: FEATURES, as in linear: 512");
      case DROPOUT -> require(isShare(value), name, value, "dropout: P with P in [0, 1)");
      default -> {
        if (!name.equals(FLATTEN) && Activation.named(name).isEmpty()) {
          throw new IllegalArgumentException("unknown layer \"" + name + "\"; known: " + known());
        }
        require(value == null, name, value, name + " without a value");
      }
    }
  }

  /** Reads an entry. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static LayerSpec of(JsonNode json) {
    if (json.isString()) {
      return new LayerSpec(json.asString(), null);
    }
    if (json.isObject() && json.size() == 1) {
      Map.Entry<String, JsonNode> entry = json.properties().iterator().next();
      if (entry.getValue().isNumber()) {
        return new LayerSpec(entry.getKey(), entry.getValue().numberValue());
      }
      if (entry.getValue().isNull()) {
        return new LayerSpec(entry.getKey(), null);
      }
    }
    throw new IllegalArgumentException("found " + json + ", expected a layer: " + known());
  }

  /** Writes the entry as it is read. */
  @JsonValue
  JsonNode json() {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (value) {
      case null -> nodes.stringNode(name);
      case Double number -> nodes.objectNode().put(name, number);
      default -> nodes.objectNode().put(name, value.longValue());
    };
  }

  /**
   * The layers for inputs of shape {@code sample}: one, after a {@link Flatten} if a linear layer
   * is {@code first} and the samples are not flat.
   */
  List<Layer> build(Shape sample, boolean first) {
    return switch (name) {
      case LINEAR -> {
        boolean flatten = first && sample.rank() > 1;
        long in = flatten ? sample.size() : sample.dim(-1);
        Layer linear = Linear.of(in, number().longValue());
        yield flatten ? List.of(new Flatten(), linear) : List.of(linear);
      }
      case DROPOUT -> List.of(new Dropout(number().doubleValue()));
      case FLATTEN -> List.of(new Flatten());
      default -> List.of(Activation.named(name).orElseThrow());
    };
  }

  private Number number() {
    if (value == null) {
      throw new IllegalStateException(name + " without a value");
    }
    return value;
  }

  private static boolean isFeatures(@Nullable Number value) {
    return (value instanceof Integer || value instanceof Long) && value.longValue() >= 1;
  }

  private static boolean isShare(@Nullable Number value) {
    return value != null && value.doubleValue() >= 0 && value.doubleValue() < 1;
  }

  private static void require(boolean holds, String name, @Nullable Number value, String expected) {
    if (!holds) {
      String found = value == null ? name + " without a value" : name + ": " + value;
      throw new IllegalArgumentException("found " + found + ", expected " + expected);
    }
  }

  private static String known() {
    String activations =
        Arrays.stream(Activation.values())
            .map(Activation::describe)
            .collect(Collectors.joining(", "));
    return "linear: FEATURES, dropout: P, flatten, " + activations;
  }
}
