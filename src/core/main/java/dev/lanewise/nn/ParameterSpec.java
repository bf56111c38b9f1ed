package dev.lanewise.nn;

import dev.lanewise.tensor.Shape;

/**
 * A trainable tensor that a layer wants.
 *
 * @param name within the layer, such as {@code weight}
 * @param shape its shape
 * @param initializer how it starts
 */
public record ParameterSpec(String name, Shape shape, Initializer initializer) {}
