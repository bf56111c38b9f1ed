package dev.lanewise.cli.recipe;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.lanewise.data.Splits;
import dev.lanewise.engine.Mode;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.ReduceOnPlateau;
import dev.lanewise.optim.Schedule;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.train.EarlyStopping;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decides what a training run computes, with all defaults filled in. Its YAML form
 * has the keys of these records in snake case.
 *
 * @param name what the run is called
 * @param data what to train on
 * @param model the layers
 * @param loss what to make small
 * @param optimizer how to step
 * @param schedule how the learning rate changes
 * @param regularize penalties on the parameters
 * @param clip how gradients are limited, or null
 * @param earlyStopping when to end early, or null
 * @param reduceOnPlateau when the learning rate falls with the validation loss, or null
 * @param epochs passes over the training data, at least 1
 * @param seed of initial values, order and dropout
 * @param mode what is promised about bits
 * @param checkpoint how often to save
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Recipe(
    String name,
    DataSpec data,
    List<LayerSpec> model,
    LossSpec loss,
    Optimizer optimizer,
    ScheduleSpec schedule,
    List<RegularizerSpec> regularize,
    @JsonSetter(nulls = Nulls.SET) @Nullable ClipSpec clip,
    @JsonSetter(nulls = Nulls.SET) @Nullable EarlyStopping earlyStopping,
    @JsonSetter(nulls = Nulls.SET) @Nullable ReduceOnPlateau reduceOnPlateau,
    int epochs,
    long seed,
    Mode mode,
    CheckpointSpec checkpoint) {

  /** Checks what the parts do not check themselves. */
  public Recipe {
    model = List.copyOf(model);
    regularize = List.copyOf(regularize);
    if (model.isEmpty()) {
      throw new IllegalArgumentException("model: found no layers, expected at least one");
    }
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs: found " + epochs + ", expected at least 1");
    }
  }

  /**
   * Builds the model for the samples of {@code data}; a model that begins with {@code linear} sees
   * them flat.
   *
   * @throws RecipeException if a layer, the loss or the classes do not fit
   */
  public Sequential buildModel(Splits data) {
    List<Layer> layers = new ArrayList<>();
    Shape shape = data.train().sampleShape();
    for (int i = 0; i < model.size(); i++) {
      try {
        for (Layer layer : model.get(i).build(shape, i == 0)) {
          layers.add(layer);
          shape = layer.outputShape(shape);
        }
      } catch (IllegalArgumentException | ShapeException e) {
        throw new RecipeException("recipe %s: model.%d: %s".formatted(name, i, e.getMessage()), e);
      }
    }
    if (layers.stream().noneMatch(Linear.class::isInstance)) {
      throw new RecipeException("recipe " + name + ": model: no layer has anything to train");
    }
    String misfit = loss.misfit(data.train(), shape);
    if (misfit != null) {
      throw new RecipeException("recipe " + name + ": " + misfit);
    }
    return Sequential.of(layers.toArray(Layer[]::new));
  }

  /**
   * Builds the schedule of the whole run.
   *
   * @throws RecipeException if the run is shorter than its warm-up
   */
  public Schedule buildSchedule(int stepsPerEpoch) {
    try {
      return schedule.build(epochs, stepsPerEpoch);
    } catch (IllegalArgumentException e) {
      throw new RecipeException("recipe " + name + ": " + e.getMessage(), e);
    }
  }
}
