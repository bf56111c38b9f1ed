package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Window;
import java.util.List;

/**
 * Transposed convolution over images [in, h, w], see {@link Convolution#convTranspose2d}. Initial
 * values are PyTorch's.
 *
 * @param in channels in
 * @param out channels out
 * @param rows the windows along the height of the result
 * @param columns the windows along its width
 * @param outputPadding rows and columns that the result has more; below the strides
 * @param groups a divisor of both channels
 * @param bias whether there is one
 */
public record ConvTranspose2d(
    long in, long out, Window rows, Window columns, long outputPadding, long groups, boolean bias)
    implements Layer {

  /**
   * Checks the sizes.
   *
   * @throws ShapeException if a number is below 1, the groups do not divide the channels, or the
   *     output padding is negative or not below the strides
   */
  public ConvTranspose2d {
    Conv2d.checkChannels("ConvTranspose2d", in, out, groups);
    if (outputPadding < 0 || outputPadding >= Math.min(rows.stride(), columns.stride())) {
      throw new ShapeException(
          "ConvTranspose2d: output padding must be below the strides, found " + outputPadding);
    }
  }

  /**
   * Makes a transposed convolution with the same windows along both axes and a bias.
   *
   * @param in channels in
   * @param out channels out
   * @param window the windows along the height and the width of the result
   * @return the layer
   */
  public static ConvTranspose2d of(long in, long out, Window window) {
    return new ConvTranspose2d(in, out, window, window, 0, 1, true);
  }

  /**
   * Makes the result larger: several sizes give the same input, the windows alone the smallest.
   *
   * @param value rows and columns that the result has more, at least 0 and below the strides
   * @return a changed copy
   */
  public ConvTranspose2d outputPadding(long value) {
    return new ConvTranspose2d(in, out, rows, columns, value, groups, bias);
  }

  /**
   * Splits the channels into groups that do not see each other.
   *
   * @param value how many; a divisor of both channels
   * @return a changed copy
   */
  public ConvTranspose2d groups(long value) {
    return new ConvTranspose2d(in, out, rows, columns, outputPadding, value, bias);
  }

  /** {@return the same layer without a bias} */
  public ConvTranspose2d withoutBias() {
    return new ConvTranspose2d(in, out, rows, columns, outputPadding, groups, false);
  }

  @Override
  public String describe() {
    return "ConvTranspose2d(%d, %d, %dx%d)".formatted(in, out, rows.kernel(), columns.kernel());
  }

  @Override
  public Shape outputShape(Shape sample) {
    if (sample.rank() != 3 || sample.dim(0) != in) {
      throw new ShapeException(describe() + ": input " + sample + " is not [" + in + ", h, w]");
    }
    return Shape.of(
        out,
        rows.length(sample.dim(1)) + outputPadding,
        columns.length(sample.dim(2)) + outputPadding);
  }

  @Override
  public List<ParameterSpec> parameters() {
    Shape weight = Shape.of(in, out / groups, rows.kernel(), columns.kernel());
    return Conv2d.parameters(weight, out, bias);
  }

  @Override
  public Var forward(Forward pass, Var x) {
    Var shift = bias ? pass.parameter("bias") : null;
    return Convolution.convTranspose2d(
        x, pass.parameter("weight"), shift, rows, columns, outputPadding, groups);
  }
}
