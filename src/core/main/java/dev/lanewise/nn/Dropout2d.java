package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;

/**
 * Zeroes whole channels of [n, channels, ...] at random in training and scales the others by 1 / (1
 * - p) (Tompson and others, arXiv:1411.4280), as neighbouring elements of a channel tell the same.
 * The choice is a pure function of (seed, step, layer, sample, channel).
 *
 * @param probability of zeroing, in [0, 1)
 */
public record Dropout2d(double probability) implements Layer {

  /**
   * Checks the probability.
   *
   * @throws IllegalArgumentException if it is out of range
   */
  public Dropout2d {
    RandomMask.check("dropout2d", probability);
  }

  @Override
  public String describe() {
    return "Dropout2d(" + probability + ")";
  }

  @Override
  public Shape outputShape(Shape sample) {
    return sample;
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return pass.isTraining() ? Functional.dropout2d(x, probability, pass.randomKey()) : x;
  }
}
