package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import java.util.List;

/**
 * A trained vector for each of a number of classes: indices (I32 or I64) of any shape get an axis
 * of {@code width} at the end.
 *
 * @param classes how many vectors
 * @param width elements of each
 * @param start how the vectors start
 */
public record Embedding(long classes, long width, Initializer start) implements Layer {

  /**
   * Checks the sizes.
   *
   * @throws ShapeException if a size is below 1
   */
  public Embedding {
    if (classes < 1 || width < 1) {
      throw new ShapeException(
          "Embedding: sizes must be at least 1, found " + classes + " and " + width);
    }
  }

  /**
   * Makes vectors that start normal with mean 0 and standard deviation 1, as in PyTorch.
   *
   * @param classes how many vectors, at least 1
   * @param width elements of each, at least 1
   */
  public Embedding(long classes, long width) {
    this(classes, width, new Initializer.Normal(0, 1));
  }

  @Override
  public String describe() {
    return "Embedding(" + classes + ", " + width + ")";
  }

  @Override
  public Shape outputShape(Shape sample) {
    return sample.insert(sample.rank(), width);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(new ParameterSpec("weight", Shape.of(classes, width), start));
  }

  @Override
  public Var forward(Forward pass, Var x) {
    return Functional.embedding(x, pass.parameter("weight"));
  }
}
