package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolution over images [in, h, w], see {@link Convolution#conv2d}. Initial values are PyTorch's.
 *
 * @param in channels in
 * @param out channels out
 * @param rows the windows along h
 * @param columns the windows along w
 * @param groups a divisor of both channels; as many as channels in is a depthwise convolution
 * @param bias whether there is one
 */
public record Conv2d(long in, long out, Window rows, Window columns, long groups, boolean bias)
    implements Layer {

  /**
   * Checks the sizes.
   *
   * @throws ShapeException if a number is below 1, or the groups do not divide the channels
   */
  public Conv2d {
    checkChannels("Conv2d", in, out, groups);
  }

  static void checkChannels(String layer, long in, long out, long groups) {
    if (in < 1 || out < 1 || groups < 1 || in % groups != 0 || out % groups != 0) {
      throw new ShapeException(
          "%s: %d channels in and %d out do not make %d groups".formatted(layer, in, out, groups));
    }
  }

  /**
   * Makes a convolution with a square kernel, stride 1 and a bias, without padding.
   *
   * @param in channels in
   * @param out channels out
   * @param kernel height and width of the windows
   * @return the layer
   */
  public static Conv2d of(long in, long out, long kernel) {
    return of(in, out, Window.of(kernel));
  }

  /**
   * Makes a convolution with the same windows along both axes and a bias.
   *
   * @param in channels in
   * @param out channels out
   * @param window the windows along h and along w
   * @return the layer
   */
  public static Conv2d of(long in, long out, Window window) {
    return new Conv2d(in, out, window, window, 1, true);
  }

  /**
   * Splits the channels into groups that do not see each other.
   *
   * @param value how many; a divisor of both channels
   * @return a changed copy
   */
  public Conv2d groups(long value) {
    return new Conv2d(in, out, rows, columns, value, bias);
  }

  /** {@return the same layer without a bias} */
  public Conv2d withoutBias() {
    return new Conv2d(in, out, rows, columns, groups, false);
  }

  @Override
  public String describe() {
    return "Conv2d(%d, %d, %dx%d)".formatted(in, out, rows.kernel(), columns.kernel());
  }

  @Override
  public Shape outputShape(Shape sample) {
    if (sample.rank() != 3 || sample.dim(0) != in) {
      throw new ShapeException(describe() + ": input " + sample + " is not [" + in + ", h, w]");
    }
    return Shape.of(out, rows.count(sample.dim(1)), columns.count(sample.dim(2)));
  }

  @Override
  public List<ParameterSpec> parameters() {
    Shape weight = Shape.of(out, in / groups, rows.kernel(), columns.kernel());
    return parameters(weight, out, bias);
  }

  /** The weight, which starts by its fan-in, and a bias [{@code out}] if wanted. */
  static List<ParameterSpec> parameters(Shape weight, long out, boolean bias) {
    Initializer start = Initializer.fanIn(weight.size() / weight.dim(0));
    List<ParameterSpec> specs = new ArrayList<>();
    specs.add(new ParameterSpec("weight", weight, start));
    if (bias) {
      specs.add(new ParameterSpec("bias", Shape.of(out), start));
    }
    return specs;
  }

  @Override
  public Var forward(Forward pass, Var x) {
    Var shift = bias ? pass.parameter("bias") : null;
    return Convolution.conv2d(x, pass.parameter("weight"), shift, rows, columns, groups);
  }

  /** {@link #forward}, then the maxima of two by two. */
  Var forwardMaxPool2x2(Forward pass, Var x) {
    Var shift = bias ? pass.parameter("bias") : null;
    return Convolution.conv2dMaxPool2x2(x, pass.parameter("weight"), shift, rows, columns, groups);
  }
}
