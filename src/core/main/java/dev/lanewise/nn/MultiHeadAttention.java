package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import java.util.List;

/**
 * Multi-head self-attention over samples [t, width], see {@link Functional#multiHeadAttention}.
 * Parameters have PyTorch's names and initial values.
 *
 * @param width of the vectors, a multiple of the heads
 * @param heads how many
 * @param causal whether a position sees only itself and those before it
 */
public record MultiHeadAttention(long width, long heads, boolean causal) implements Layer {

  /**
   * Checks the sizes.
   *
   * @throws ShapeException if a size is below 1, or the width is no multiple of the heads
   */
  public MultiHeadAttention {
    if (heads < 1 || width < 1 || width % heads != 0) {
      throw new ShapeException(
          "MultiHeadAttention: width %d is no multiple of %d heads".formatted(width, heads));
    }
  }

  @Override
  public String describe() {
    return "MultiHeadAttention(%d, heads %d%s)".formatted(width, heads, causal ? ", causal" : "");
  }

  @Override
  public Shape outputShape(Shape sample) {
    if (sample.rank() != 2 || sample.dim(1) != width) {
      throw new ShapeException(describe() + ": input " + sample + " is not [t, " + width + "]");
    }
    return sample;
  }

  @Override
  public List<ParameterSpec> parameters() {
    Initializer xavier = Initializer.xavierUniform();
    Initializer zeros = Initializer.zeros();
    return List.of(
        new ParameterSpec("in_proj_weight", Shape.of(3 * width, width), xavier),
        new ParameterSpec("in_proj_bias", Shape.of(3 * width), zeros),
        new ParameterSpec("out_proj.weight", Shape.of(width, width), Initializer.fanIn(width)),
        new ParameterSpec("out_proj.bias", Shape.of(width), zeros));
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return Functional.multiHeadAttention(
        x,
        heads,
        pass.parameter("in_proj_weight"),
        pass.parameter("in_proj_bias"),
        pass.parameter("out_proj.weight"),
        pass.parameter("out_proj.bias"),
        causal);
  }
}
