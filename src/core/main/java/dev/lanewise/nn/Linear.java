package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import java.util.List;

/**
 * {@code y = x weight^T + bias} over the last axis, with weight [out, in] and bias [out]. Both
 * start uniform in (-1/sqrt(in), 1/sqrt(in)), as in PyTorch.
 *
 * @param in features in
 * @param out features out
 * @param weight how the weight starts
 * @param bias how the bias starts
 */
public record Linear(long in, long out, Initializer weight, Initializer bias) implements Layer {

  /**
   * Checks the sizes.
   *
   * @throws ShapeException if a size is below 1
   */
  public Linear {
    if (in < 1 || out < 1) {
      throw new ShapeException(
          "Linear: sizes must be at least 1, found in = " + in + ", out = " + out);
    }
  }

  /**
   * Makes a layer with PyTorch's initial values.
   *
   * @param in features in, at least 1
   * @param out features out, at least 1
   * @return the layer
   */
  public static Linear of(long in, long out) {
    return new Linear(in, out, Initializer.fanIn(in), Initializer.fanIn(in));
  }

  @Override
  public String describe() {
    return "Linear(" + in + ", " + out + ")";
  }

  @Override
  public Shape outputShape(Shape sample) {
    if (sample.rank() == 0 || sample.dim(-1) != in) {
      throw new ShapeException(describe() + ": input " + sample + " does not end in " + in);
    }
    return sample.with(-1, out);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        new ParameterSpec("weight", Shape.of(out, in), weight),
        new ParameterSpec("bias", Shape.of(out), bias));
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return x.linear(pass.parameter("weight"), pass.parameter("bias"));
  }
}
