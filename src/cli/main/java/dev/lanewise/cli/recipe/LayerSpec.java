package dev.lanewise.cli.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Reshape;
import dev.lanewise.nn.Sequential;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One entry of a model: a name such as {@code relu}, a name with its main setting such as {@code
 * linear: 512}, or a name with settings such as {@code conv2d: {filters: 32, kernel: 3}}. {@link
 * LayerKinds} lists them.
 *
 * @param name the kind of layer
 * @param settings every setting of that kind, in its order
 */
public record LayerSpec(String name, Map<String, Object> settings) {

  /** Reads an entry. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static LayerSpec of(JsonNode json) {
    if (json.isString()) {
      return new LayerSpec(json.asString(), LayerKinds.named(json.asString()).defaults());
    }
    if (json.isObject() && json.size() == 1) {
      Map.Entry<String, JsonNode> entry = json.properties().iterator().next();
      return new LayerSpec(entry.getKey(), LayerKinds.named(entry.getKey()).read(entry.getValue()));
    }
    throw new IllegalArgumentException(
        "found %s, expected one layer, as in linear: 512; known: %s"
            .formatted(json, LayerKinds.known()));
  }

  /** A layer whose only setting is {@code value}, as in {@code dropout: 0.5}. */
  static LayerSpec of(String name, double value) {
    return new LayerSpec(
        name, LayerKinds.named(name).read(JsonNodeFactory.instance.numberNode(value)));
  }

  /** What is written: what {@link #of} reads. */
  @JsonValue
  Object json() {
    boolean alone = settings.size() == 1 && LayerKinds.named(name).needsItsFirst();
    return settings.isEmpty()
        ? name
        : Map.of(name, alone ? settings.values().iterator().next() : settings);
  }

  @Override
  public String toString() {
    return json().toString();
  }

  /**
   * The layers for samples of shape {@code in}: one, after another that gives samples the axes that
   * it needs if it is {@code first}. A linear layer then sees them flat, and a layer for images
   * sees those without channels as having one.
   */
  private List<Layer> build(Shape in, long classes, boolean first) {
    LayerKind kind = LayerKinds.named(name);
    List<Layer> layers = new ArrayList<>();
    Shape shape = in;
    if (first && name.equals("linear") && in.rank() > 1) {
      layers.add(new Flatten());
    } else if (first && in.rank() > 0 && kind.rank() == in.rank() + 1) {
      layers.add(new Reshape(in.insert(0, 1)));
    }
    for (Layer layer : layers) {
      shape = layer.outputShape(shape);
    }
    if (kind.rank() != 0 && kind.rank() != shape.rank()) {
      throw new ShapeException(
          "%s: needs samples of %d axes, found %s".formatted(name, kind.rank(), shape));
    }
    if (shape.rank() == 0) {
      throw new ShapeException(name + ": needs samples of at least one axis");
    }
    layers.add(kind.builder().build(new LayerSettings(settings, classes), shape));
    return layers;
  }

  /**
   * Layers one after the other inside of another layer.
   *
   * @param in shape of a sample of the first
   * @param classes how many the data have
   * @throws IllegalArgumentException if one does not fit, which says its place
   */
  static Sequential sequence(List<LayerSpec> specs, Shape in, long classes) {
    return build(specs, in, classes, false);
  }

  /** The layers of a whole model, see {@link #sequence}. */
  static Sequential model(List<LayerSpec> specs, Shape in, long classes) {
    return build(specs, in, classes, true);
  }

  private static Sequential build(
      List<LayerSpec> specs, Shape in, long classes, boolean outermost) {
    List<Layer> layers = new ArrayList<>();
    Shape shape = in;
    for (int i = 0; i < specs.size(); i++) {
      try {
        for (Layer layer : specs.get(i).build(shape, classes, outermost && i == 0)) {
          layers.add(layer);
          shape = layer.outputShape(shape);
        }
      } catch (IllegalArgumentException | ShapeException e) {
        String place = outermost ? "model." : "inner layer ";
        throw new IllegalArgumentException(place + i + ": " + e.getMessage(), e);
      }
    }
    return Sequential.of(layers.toArray(Layer[]::new));
  }
}
