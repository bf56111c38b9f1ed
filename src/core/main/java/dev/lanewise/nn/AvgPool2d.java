package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Window;

/**
 * The means under windows on images [c, h, w], see {@link Convolution#avgPool2d}.
 *
 * @param rows the windows along h
 * @param columns the windows along w
 * @param countIncludePad whether padding counts as zeros
 */
public record AvgPool2d(Window rows, Window columns, boolean countIncludePad) implements Layer {

  /**
   * Makes square windows side by side, without padding.
   *
   * @param kernel height, width and stride of the windows
   * @return the layer
   */
  public static AvgPool2d of(long kernel) {
    return of(Window.of(kernel).stride(kernel));
  }

  /**
   * Makes the same windows along both axes; padding counts as zeros, as in PyTorch.
   *
   * @param window the windows along h and along w
   * @return the layer
   */
  public static AvgPool2d of(Window window) {
    return new AvgPool2d(window, window, true);
  }

  @Override
  public String describe() {
    return "AvgPool2d(%dx%d)".formatted(rows.kernel(), columns.kernel());
  }

  @Override
  public Shape outputShape(Shape sample) {
    return sample.with(-2, rows.count(sample.dim(-2))).with(-1, columns.count(sample.dim(-1)));
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return Convolution.avgPool2d(x, rows, columns, countIncludePad);
  }
}
