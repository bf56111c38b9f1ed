package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Branches side by side: all get the same input, and their results are joined along the first axis
 * of a sample, the channels of images. Parameters are called by the position of their branch and
 * their name in it.
 *
 * @param branches at least one; results may differ in the first axis only
 */
public record Concatenate(List<Layer> branches) implements Layer {

  /**
   * Checks that there is a branch.
   *
   * @throws ShapeException if there is none
   */
  public Concatenate {
    branches = List.copyOf(branches);
    if (branches.isEmpty()) {
      throw new ShapeException("Concatenate: needs at least one branch");
    }
  }

  /**
   * Puts branches side by side.
   *
   * @param branches at least one
   * @return the layer
   */
  public static Concatenate of(Layer... branches) {
    return new Concatenate(List.of(branches));
  }

  @Override
  public String describe() {
    return "Concatenate" + branches.stream().map(Layer::describe).toList();
  }

  @Override
  public Shape outputShape(Shape sample) {
    Shape first = branches.getFirst().outputShape(sample);
    long channels = 0;
    for (Layer branch : branches) {
      Shape out = branch.outputShape(sample);
      if (out.rank() == 0 || !out.without(0).equals(first.without(0))) {
        throw new ShapeException(
            "Concatenate: branches give %s and %s, which differ beyond the first axis"
                .formatted(first, out));
      }
      channels += out.dim(0);
    }
    return first.with(0, channels);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return collect(Layer::parameters);
  }

  @Override
  public List<ParameterSpec> buffers() {
    return collect(Layer::buffers);
  }

  private List<ParameterSpec> collect(Function<Layer, List<ParameterSpec>> wanted) {
    List<ParameterSpec> all = new ArrayList<>();
    for (int i = 0; i < branches.size(); i++) {
      all.addAll(ParameterSpec.within(Integer.toString(i), wanted.apply(branches.get(i))));
    }
    return all;
  }

  @Override
  public Var forward(Forward pass, Var x) {
    List<Var> results = new ArrayList<>();
    for (int i = 0; i < branches.size(); i++) {
      results.add(branches.get(i).forward(pass.child(Integer.toString(i)), x));
    }
    return results.getFirst().concat(1, results.subList(1, results.size()).toArray(Var[]::new));
  }
}
