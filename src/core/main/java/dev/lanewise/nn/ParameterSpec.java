package dev.lanewise.nn;

import dev.lanewise.tensor.Shape;
import java.util.List;

/**
 * A tensor that a layer wants: trainable, or a buffer that it keeps itself.
 *
 * @param name within the layer, such as {@code weight}
 * @param shape its shape
 * @param initializer how it starts
 */
public record ParameterSpec(String name, Shape shape, Initializer initializer) {

  /** The same specs as parts of {@code part}: {@code weight} becomes {@code part.weight}. */
  static List<ParameterSpec> within(String part, List<ParameterSpec> specs) {
    return specs.stream()
        .map(s -> new ParameterSpec(part + "." + s.name(), s.shape(), s.initializer()))
        .toList();
  }

  /** What a normalization wants: {@code weight}, from 1, and {@code bias}, from 0. */
  static List<ParameterSpec> scaleAndShift(Shape shape) {
    return List.of(
        new ParameterSpec("weight", shape, new Initializer.Constant(1)),
        new ParameterSpec("bias", shape, Initializer.zeros()));
  }
}
