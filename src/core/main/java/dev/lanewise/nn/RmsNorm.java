package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import java.util.List;

/**
 * Root mean square normalization, see {@link Functional#rmsNorm}.
 *
 * @param normalized the last axes, over which it works
 * @param eps added to the mean square
 */
public record RmsNorm(Shape normalized, double eps) implements Layer {

  /**
   * Makes a layer with PyTorch's eps for F32, 2^-23.
   *
   * @param normalized the last axes, over which it works
   * @return the layer
   */
  public static RmsNorm of(long... normalized) {
    return new RmsNorm(Shape.of(normalized), 0x1p-23);
  }

  @Override
  public String describe() {
    return "RMSNorm(" + normalized + ")";
  }

  @Override
  public Shape outputShape(Shape sample) {
    return sample;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(new ParameterSpec("weight", normalized, new Initializer.Constant(1)));
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return Functional.rmsNorm(x, pass.parameter("weight"), eps);
  }
}
