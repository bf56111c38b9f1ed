package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Window;
import java.util.List;

/**
 * Convolution over sequences [in, l], see {@link Convolution#conv1d}. Initial values are PyTorch's.
 *
 * @param in channels in
 * @param out channels out
 * @param window the windows along l
 * @param groups a divisor of both channels
 * @param bias whether there is one
 */
public record Conv1d(long in, long out, Window window, long groups, boolean bias) implements Layer {

  /**
   * Checks the sizes.
   *
   * @throws ShapeException if a number is below 1, or the groups do not divide the channels
   */
  public Conv1d {
    Conv2d.checkChannels("Conv1d", in, out, groups);
  }

  /**
   * Makes a convolution with stride 1 and a bias, without padding.
   *
   * @param in channels in
   * @param out channels out
   * @param kernel elements in a window
   * @return the layer
   */
  public static Conv1d of(long in, long out, long kernel) {
    return of(in, out, Window.of(kernel));
  }

  /**
   * Makes a convolution with a bias.
   *
   * @param in channels in
   * @param out channels out
   * @param window the windows along l
   * @return the layer
   */
  public static Conv1d of(long in, long out, Window window) {
    return new Conv1d(in, out, window, 1, true);
  }

  /**
   * Splits the channels into groups that do not see each other.
   *
   * @param value how many; a divisor of both channels
   * @return a changed copy
   */
  public Conv1d groups(long value) {
    return new Conv1d(in, out, window, value, bias);
  }

  /** {@return the same layer without a bias} */
  public Conv1d withoutBias() {
    return new Conv1d(in, out, window, groups, false);
  }

  @Override
  public String describe() {
    return "Conv1d(%d, %d, %d)".formatted(in, out, window.kernel());
  }

  @Override
  public Shape outputShape(Shape sample) {
    if (sample.rank() != 2 || sample.dim(0) != in) {
      throw new ShapeException(describe() + ": input " + sample + " is not [" + in + ", l]");
    }
    return Shape.of(out, window.count(sample.dim(1)));
  }

  @Override
  public List<ParameterSpec> parameters() {
    return Conv2d.parameters(Shape.of(out, in / groups, window.kernel()), out, bias);
  }

  @Override
  public Var forward(Forward pass, Var x) {
    Var shift = bias ? pass.parameter("bias") : null;
    return Convolution.conv1d(x, pass.parameter("weight"), shift, window, groups);
  }
}
