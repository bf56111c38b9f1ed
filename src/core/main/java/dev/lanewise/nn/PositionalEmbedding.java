package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import java.util.List;

/**
 * Adds a trained vector for each position to samples [t, width] (Gehring et al. 2017; GPT). The
 * vectors start normal with a standard deviation of 0.02, as in GPT-2.
 *
 * @param length positions there are, at least t
 * @param width of the vectors
 */
public record PositionalEmbedding(long length, long width) implements Layer {

  /**
   * Checks the sizes.
   *
   * @throws ShapeException if a size is below 1
   */
  public PositionalEmbedding {
    if (length < 1 || width < 1) {
      throw new ShapeException(
          "PositionalEmbedding: sizes must be at least 1, found " + length + " and " + width);
    }
  }

  @Override
  public String describe() {
    return "PositionalEmbedding(" + length + ", " + width + ")";
  }

  @Override
  public Shape outputShape(Shape sample) {
    if (sample.rank() != 2 || sample.dim(0) > length || sample.dim(1) != width) {
      throw new ShapeException(
          "%s: input %s is not [t, %d] with t up to %d"
              .formatted(describe(), sample, width, length));
    }
    return sample;
  }

  @Override
  public List<ParameterSpec> parameters() {
    Initializer start = new Initializer.Normal(0, 0.02);
    return List.of(new ParameterSpec("weight", Shape.of(length, width), start));
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return x.add(pass.parameter("weight").slice(0, 0, x.shape().dim(1)));
  }
}
