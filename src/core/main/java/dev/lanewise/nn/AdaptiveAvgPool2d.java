package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;

/**
 * Means of images [c, h, w] over a grid of cells that cover them, whatever their size, see {@link
 * Convolution#adaptiveAvgPool2d}.
 *
 * @param rows rows of the result, at least 1
 * @param columns columns of the result, at least 1
 */
public record AdaptiveAvgPool2d(long rows, long columns) implements Layer {

  /**
   * Checks the sizes.
   *
   * @throws ShapeException if a size is below 1
   */
  public AdaptiveAvgPool2d {
    if (rows < 1 || columns < 1) {
      throw new ShapeException(
          "AdaptiveAvgPool2d: sizes must be at least 1, found %d x %d".formatted(rows, columns));
    }
  }

  @Override
  public String describe() {
    return "AdaptiveAvgPool2d(%dx%d)".formatted(rows, columns);
  }

  @Override
  public Shape outputShape(Shape sample) {
    if (sample.rank() != 3) {
      throw new ShapeException(describe() + ": input " + sample + " is not [c, h, w]");
    }
    return Shape.of(sample.dim(0), rows, columns);
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return Convolution.adaptiveAvgPool2d(x, rows, columns);
  }
}
