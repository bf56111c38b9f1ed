package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import java.util.List;

/**
 * Layer normalization, see {@link Functional#layerNorm}.
 *
 * @param normalized the last axes, over which it works
 * @param eps added to the variance
 */
public record LayerNorm(Shape normalized, double eps) implements Layer {

  /**
   * Makes a layer with PyTorch's eps, 1e-5.
   *
   * @param normalized the last axes, over which it works
   * @return the layer
   */
  public static LayerNorm of(long... normalized) {
    return new LayerNorm(Shape.of(normalized), 1e-5);
  }

  @Override
  public String describe() {
    return "LayerNorm(" + normalized + ")";
  }

  @Override
  public Shape outputShape(Shape sample) {
    return sample;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return ParameterSpec.scaleAndShift(normalized);
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return Functional.layerNorm(x, pass.parameter("weight"), pass.parameter("bias"), eps);
  }
}
