package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.internal.random.RandomKey;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;

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
    if (!pass.isTraining() || deviation == 0) {
      return x;
    }
    RandomKey key = new RandomKey(pass.randomKey());
    double[] noise = new double[Math.toIntExact(x.shape().size())];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = deviation * key.normal(i);
    }
    Tensor added = x.tape().scope().allocate(x.dtype(), x.shape()).copyFrom(noise);
    return x.add(x.tape().constant(added));
  }
}
