package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import java.util.List;

/**
 * {@code y = x + body(x)} (He et al. 2016, Deep Residual Learning). The parameters have the names
 * they have in the body.
 *
 * @param body gives results of the shape of its inputs
 */
public record Residual(Sequential body) implements Layer {

  /**
   * Adds the input to what layers make of it.
   *
   * @param layers the body, one after the other, whose results have the shape of its inputs
   * @return the layer
   */
  public static Residual of(Layer... layers) {
    return new Residual(Sequential.of(layers));
  }

  @Override
  public String describe() {
    return "Residual" + body.layers().stream().map(Layer::describe).toList();
  }

  @Override
  public Shape outputShape(Shape sample) {
    Shape out = body.outputShape(sample);
    if (!out.equals(sample)) {
      throw new ShapeException(
          "Residual: the body turns %s into %s; its result is added to its input, so both need one shape"
              .formatted(sample, out));
    }
    return sample;
  }

  @Override
  public List<ParameterSpec> parameters() {
    return body.parameters();
  }

  @Override
  public List<ParameterSpec> buffers() {
    return body.buffers();
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return x.add(body.forward(pass, x));
  }
}
