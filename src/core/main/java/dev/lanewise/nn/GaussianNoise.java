package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;

/**
 * Adds normally distributed noise in training, as Keras's {@code GaussianNoise}. The noise is a
 * pure function of (seed, step, layer, element).
 *
 * @param deviation standard deviation, at least 0
 */
public record GaussianNoise(double deviation) implements Layer {

  /**
   * Checks the deviation.
   *
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public GaussianNoise {
    check(deviation);
  }

  static void check(double deviation) {
    if (!(deviation >= 0 && Double.isFinite(deviation))) {
      throw new IllegalArgumentException(
          "gaussian_noise: deviation must be at least 0, found " + deviation);
    }
  }

  @Override
  public String describe() {
    return "GaussianNoise(" + deviation + ")";
  }

  @Override
  public Shape outputShape(Shape sample) {
    return sample;
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return pass.isTraining() ? Functional.gaussianNoise(x, deviation, pass.randomKey()) : x;
  }
}
