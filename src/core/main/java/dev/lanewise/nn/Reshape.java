package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;

/**
 * The same elements in samples of another shape.
 *
 * @param shape of a sample of the result
 */
public record Reshape(Shape shape) implements Layer {

  /**
   * Makes samples of these sizes.
   *
   * @param sizes such as 1, 28, 28 for images with one channel; their product is the size of the
   *     inputs
   * @return the layer
   */
  public static Reshape of(long... sizes) {
    return new Reshape(Shape.of(sizes));
  }

  @Override
  public String describe() {
    return "Reshape(" + shape + ")";
  }

  @Override
  public Shape outputShape(Shape sample) {
    if (sample.size() != shape.size()) {
      throw new ShapeException(
          "%s: a sample %s has %d elements, not %d"
              .formatted(describe(), sample, sample.size(), shape.size()));
    }
    return shape;
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return x.reshape(shape.insert(0, x.shape().dim(0)));
  }
}
