package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;

/**
 * Stochastic depth: zeroes whole samples at random in training and scales the others by 1 / (1 - p)
 * (Huang and others, arXiv:1603.09382). As the last layer of a residual branch it lets samples skip
 * the branch. The choice is a pure function of (seed, step, layer, sample).
 *
 * @param probability of zeroing, in [0, 1)
 */
public record DropPath(double probability) implements Layer {

  /**
   * Checks the probability.
   *
   * @throws IllegalArgumentException if it is out of range
   */
  public DropPath {
    RandomMask.check("drop_path", probability);
  }

  @Override
  public String describe() {
    return "DropPath(" + probability + ")";
  }

  @Override
  public Shape outputShape(Shape sample) {
    return sample;
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return pass.isTraining() ? Functional.dropPath(x, probability, pass.randomKey()) : x;
  }
}
