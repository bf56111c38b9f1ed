package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;

/**
 * The exponential linear unit: x, or {@code alpha (e^x - 1)} below 0 (Clevert et al. 2016).
 *
 * @param alpha minus the limit at minus infinity; 1 in PyTorch
 */
public record Elu(double alpha) implements Layer {

  /**
   * Checks the setting.
   *
   * @throws IllegalArgumentException if it is not finite
   */
  public Elu {
    if (!Double.isFinite(alpha)) {
      throw new IllegalArgumentException("elu: alpha must be finite, found " + alpha);
    }
  }

  @Override
  public String describe() {
    return "elu(" + alpha + ")";
  }

  @Override
  public Shape outputShape(Shape sample) {
    return sample;
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return x.elu(alpha);
  }
}
