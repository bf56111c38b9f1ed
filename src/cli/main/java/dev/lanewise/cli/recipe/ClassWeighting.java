package dev.lanewise.cli.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lanewise.data.ClassWeights;
import dev.lanewise.data.DataSet;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * How much each class counts: {@code none} for all alike, {@code balanced} for what makes up for
 * their sizes (see {@link ClassWeights#balanced}), or a list of numbers, one a class.
 *
 * @param balanced whether they come from the training samples
 * @param weights one a class if given; else empty
 */
public record ClassWeighting(boolean balanced, List<Double> weights) {
  private static final String NONE = "none";
  private static final String BALANCED = "balanced";

  /** Checks the weights. */
  public ClassWeighting {
    weights = List.copyOf(weights);
    for (double weight : weights) {
      if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "found the weight " + weight + ", expected numbers of at least 0");
      }
    }
  }

  /** All classes count alike. */
  static ClassWeighting none() {
    return new ClassWeighting(false, List.of());
  }

  /** Reads one of the three forms. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static ClassWeighting of(JsonNode json) {
    if (json.isString() && json.asString().equals(NONE)) {
      return none();
    }
    if (json.isString() && json.asString().equals(BALANCED)) {
      return new ClassWeighting(true, List.of());
    }
    List<Double> weights = new ArrayList<>();
    for (JsonNode weight : json) {
      if (weight.isNumber()) {
        weights.add(weight.asDouble());
      }
    }
    if (!json.isArray() || weights.isEmpty() || weights.size() != json.size()) {
      throw new IllegalArgumentException(
          "found %s, expected %s, %s or a list of numbers, one a class"
              .formatted(json, NONE, BALANCED));
    }
    return new ClassWeighting(false, weights);
  }

  /** What is written: what {@link #of} reads. */
  @JsonValue
  Object json() {
    return balanced ? BALANCED : isNone() ? NONE : weights;
  }

  boolean isNone() {
    return !balanced && weights.isEmpty();
  }

  /**
   * The weights, one a class; empty if all count alike.
   *
   * @throws RecipeException if the list does not fit the classes
   * @throws dev.lanewise.data.DataException if a class has no samples that its weight could come
   *     from
   */
  public List<Double> of(DataSet train) {
    if (balanced) {
      return ClassWeights.balanced(train);
    }
    if (!weights.isEmpty() && weights.size() != train.classes()) {
      throw new RecipeException(
          "found %d class weights, expected %d, one for each of %s"
              .formatted(weights.size(), train.classes(), train.classNames()));
    }
    return weights;
  }
}
