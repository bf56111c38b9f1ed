package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;

/** Merges all axes after the batch into one: samples [a, b, ...] to [a b ...]. */
public record Flatten() implements Layer {
  @Override
  public String describe() {
    return "Flatten";
  }

  @Override
  public Shape outputShape(Shape sample) {
    return Shape.of(sample.size());
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return x.shape().rank() == 2
        ? x
        : x.reshape(x.shape().dim(0), x.shape().size() / Math.max(1, x.shape().dim(0)));
  }
}
