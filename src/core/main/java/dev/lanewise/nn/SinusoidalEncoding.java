package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;

/**
 * Adds to samples [t, width] where in the sequence each step is, see {@link
 * Functional#sinusoidalEncoding}. It learns nothing, and sequences may have any length.
 */
public record SinusoidalEncoding() implements Layer {

  @Override
  public String describe() {
    return "SinusoidalEncoding";
  }

  @Override
  public Shape outputShape(Shape sample) {
    if (sample.rank() != 2) {
      throw new ShapeException(describe() + ": input " + sample + " is not [t, width]");
    }
    return sample;
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return x.add(Functional.sinusoidalEncoding(x));
  }
}
