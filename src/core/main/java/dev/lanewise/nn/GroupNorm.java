package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import java.util.List;

/**
 * Group normalization of [n, channels, ...], see {@link Functional#groupNorm}.
 *
 * @param groups how many; a divisor of the channels
 * @param channels how many
 * @param eps added to the variance
 */
public record GroupNorm(long groups, long channels, double eps) implements Layer {

  /**
   * Checks the groups.
   *
   * @throws ShapeException if the channels do not make so many groups
   */
  public GroupNorm {
    if (groups < 1 || channels < 1 || channels % groups != 0) {
      throw new ShapeException(
          "GroupNorm: %d channels do not make %d groups".formatted(channels, groups));
    }
  }

  /**
   * Makes a layer with PyTorch's eps, 1e-5.
   *
   * @param groups how many; a divisor of the channels
   * @param channels how many
   * @return the layer
   */
  public static GroupNorm of(long groups, long channels) {
    return new GroupNorm(groups, channels, 1e-5);
  }

  @Override
  public String describe() {
    return "GroupNorm(" + groups + ", " + channels + ")";
  }

  @Override
  public Shape outputShape(Shape sample) {
    return sample;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return ParameterSpec.scaleAndShift(Shape.of(channels));
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return Functional.groupNorm(x, groups, pass.parameter("weight"), pass.parameter("bias"), eps);
  }
}
