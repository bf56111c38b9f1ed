package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Window;

/**
 * The largest elements under windows on images [c, h, w], see {@link Convolution#maxPool2d}.
 *
 * @param rows the windows along h
 * @param columns the windows along w
 */
public record MaxPool2d(Window rows, Window columns) implements Layer {

  /**
   * Makes square windows side by side.
   *
   * @param kernel height, width and stride of the windows
   * @return the layer
   */
  public static MaxPool2d of(long kernel) {
    return of(Window.of(kernel).stride(kernel));
  }

  /**
   * Makes the same windows along both axes.
   *
   * @param window the windows along h and along w
   * @return the layer
   */
  public static MaxPool2d of(Window window) {
    return new MaxPool2d(window, window);
  }

  /** Whether the windows are of two by two, side by side. */
  boolean isHalving() {
    return rows.equals(Convolution.HALVING) && columns.equals(Convolution.HALVING);
  }

  @Override
  public String describe() {
    return "MaxPool2d(%dx%d)".formatted(rows.kernel(), columns.kernel());
  }

  @Override
  public Shape outputShape(Shape sample) {
    return sample.with(-2, rows.count(sample.dim(-2))).with(-1, columns.count(sample.dim(-1)));
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return Convolution.maxPool2d(x, rows, columns);
  }
}
