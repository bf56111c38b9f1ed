package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;

/**
 * x, or {@code negativeSlope * x} below 0 (Maas et al. 2013).
 *
 * @param negativeSlope the slope below 0; 0.01 in PyTorch
 */
public record LeakyRelu(double negativeSlope) implements Layer {

  /**
   * Checks the setting.
   *
   * @throws IllegalArgumentException if it is not finite
   */
  public LeakyRelu {
    if (!Double.isFinite(negativeSlope)) {
      throw new IllegalArgumentException(
          "leaky_relu: negative_slope must be finite, found " + negativeSlope);
    }
  }

  @Override
  public String describe() {
    return "leaky_relu(" + negativeSlope + ")";
  }

  @Override
  public Shape outputShape(Shape sample) {
    return sample;
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return x.leakyRelu(negativeSlope);
  }
}
