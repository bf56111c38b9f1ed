package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;

/**
 * Zeroes elements at random in training and scales the others by 1 / (1 - p) (Srivastava et al.
 * 2014). The mask is a pure function of (seed, step, layer, element).
 *
 * @param probability of zeroing, in [0, 1)
 */
public record Dropout(double probability) implements Layer {

  /**
   * Checks the probability.
   *
   * @throws IllegalArgumentException if it is out of range
   */
  public Dropout {
    RandomMask.check("dropout", probability);
  }

  @Override
  public String describe() {
    return "Dropout(" + probability + ")";
  }

  @Override
  public Shape outputShape(Shape sample) {
    return sample;
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return pass.isTraining() && probability > 0 ? x.dropout(probability, pass.randomKey()) : x;
  }
}
