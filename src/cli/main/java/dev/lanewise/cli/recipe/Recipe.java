package dev.lanewise.cli.recipe;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.lanewise.data.Splits;
import dev.lanewise.engine.Mode;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.Constraint;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.ParameterGroup;
import dev.lanewise.optim.ReduceOnPlateau;
import dev.lanewise.optim.Schedule;
import dev.lanewise.tensor.Shape;
import dev.lanewise.train.EarlyStopping;
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
 * @param groups parameters, by name, with another optimizer or other settings of it
 * @param freeze names of parameters that stay as they are
 * @param schedule how the learning rate changes
 * @param regularize penalties on the parameters, and on the gradient by the samples
 * @param constrain what parameters keep to
 * @param clip how gradients are limited, or null
 * @param accumulate batches in a step, at least 1
 * @param average which average of the parameters takes their place, or null
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
    List<ParameterGroup> groups,
    List<String> freeze,
    ScheduleSpec schedule,
    List<RegularizerSpec> regularize,
    List<Constraint> constrain,
    @JsonSetter(nulls = Nulls.SET) @Nullable ClipSpec clip,
    int accumulate,
    @JsonSetter(nulls = Nulls.SET) @Nullable AverageSpec average,
    @JsonSetter(nulls = Nulls.SET) @Nullable EarlyStopping earlyStopping,
    @JsonSetter(nulls = Nulls.SET) @Nullable ReduceOnPlateau reduceOnPlateau,
    int epochs,
    long seed,
    Mode mode,
    CheckpointSpec checkpoint) {

  /** Checks what the parts do not check themselves. */
  public Recipe {
    model = List.copyOf(model);
    groups = List.copyOf(groups);
    freeze = List.copyOf(freeze);
    regularize = List.copyOf(regularize);
    constrain = List.copyOf(constrain);
    if (regularize.stream().filter(RegularizerSpec.OfGradient.class::isInstance).count() > 1) {
      throw new IllegalArgumentException("regularize: found gradient_penalty twice, expected one");
    }
    if (model.isEmpty()) {
      throw new IllegalArgumentException("model: found no layers, expected at least one");
    }
    if (accumulate < 1) {
      throw new IllegalArgumentException(
          "accumulate: found " + accumulate + ", expected at least 1");
    }
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs: found " + epochs + ", expected at least 1");
    }
  }

  /**
   * Builds the model for the samples of {@code data}; a model that begins with {@code linear} sees
   * them flat, and one that begins with {@code conv2d} sees a channel axis.
   *
   * @throws RecipeException if a layer, the loss or the classes do not fit
   */
  public Sequential buildModel(Splits data) {
    Shape sample = data.train().sampleShape();
    Sequential built = buildModel(sample, data.train().classes());
    String misfit = loss.misfit(data.train(), built.outputShape(sample));
    if (misfit != null) {
      throw new RecipeException("recipe " + name + ": " + misfit);
    }
    return built;
  }

  /**
   * Builds the model.
   *
   * @param sample shape of a sample
   * @param classes of the data; 0 if the targets are numbers
   * @throws RecipeException if a layer does not fit
   */
  public Sequential buildModel(Shape sample, long classes) {
    Sequential built;
    try {
      built = LayerSpec.model(model, sample, classes);
    } catch (IllegalArgumentException e) {
      throw new RecipeException("recipe " + name + ": " + e.getMessage(), e);
    }
    if (built.parameters().isEmpty()) {
      throw new RecipeException("recipe " + name + ": model: no layer has anything to train");
    }
    return built;
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
