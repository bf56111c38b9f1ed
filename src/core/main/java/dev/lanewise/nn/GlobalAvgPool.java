package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;

/** The mean of each channel over all places: samples [channels, ...] to [channels]. */
public record GlobalAvgPool() implements Layer {

  @Override
  public String describe() {
    return "GlobalAvgPool";
  }

  @Override
  public Shape outputShape(Shape sample) {
    if (sample.rank() < 2) {
      throw new ShapeException("GlobalAvgPool: input " + sample + " is not [channels, ...]");
    }
    return Shape.of(sample.dim(0));
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return x.reshape(x.shape().dim(0), x.shape().dim(1), -1).mean(2);
  }
}
