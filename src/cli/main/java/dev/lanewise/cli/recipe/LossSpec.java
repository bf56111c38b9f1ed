package dev.lanewise.cli.recipe;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.lanewise.data.DataSet;
import dev.lanewise.nn.Averaging;
import dev.lanewise.nn.Loss;
import dev.lanewise.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What to make small. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface LossSpec {

  /**
   * The loss.
   *
   * @param train what is trained on
   */
  Loss build(DataSet train);

  /** Why samples of {@code data} and outputs of shape {@code output} do not fit, or null. */
  default @Nullable String misfit(DataSet data, Shape output) {
    if (build(data).classifies() != data.isClassification()) {
      return data.isClassification()
          ? "loss: the targets are classes, which need cross_entropy"
          : "loss: cross_entropy needs classes, and the targets are numbers";
    }
    Shape target = data.targetShape();
    Shape expected =
        data.isClassification() ? target.insert(target.rank(), data.classes()) : target;
    return expected.equals(output)
        ? null
        : "model: the output has shape " + output + ", but the data need " + expected;
  }

  /**
   * Cross-entropy of classes, softmax included.
   *
   * @param labelSmoothing in [0, 1)
   * @param classWeights how much each class counts, in training and when measured
   */
  record CrossEntropy(double labelSmoothing, ClassWeighting classWeights) implements LossSpec {
    /** Checks the smoothing. */
    public CrossEntropy {
      Loss.crossEntropy(labelSmoothing);
    }

    @Override
    public Loss build(DataSet train) {
      // targets that are numbers are refused with the loss as a whole
      List<Double> weights = train.isClassification() ? classWeights.of(train) : List.of();
      return new Loss.CrossEntropy(labelSmoothing, Loss.IGNORED, weights, Averaging.MEAN);
    }
  }

  /** The mean squared error. */
  record MeanSquaredError() implements LossSpec {
    @Override
    public Loss build(DataSet train) {
      return Loss.mse();
    }
  }

  /**
   * Binary cross-entropy of logits.
   *
   * @param posWeight how much more yes counts than no: a number for each output, or none for 1
   */
  record BceWithLogits(List<Double> posWeight) implements LossSpec {
    /** Checks the weights. */
    public BceWithLogits {
      posWeight = new Loss.BceWithLogits(posWeight, Averaging.MEAN).posWeight();
    }

    @Override
    public Loss build(DataSet train) {
      long outputs = train.targetShape().size();
      if (!posWeight.isEmpty() && posWeight.size() != outputs) {
        throw new RecipeException(
            "loss: pos_weight: found %d numbers, expected %d, one for each output"
                .formatted(posWeight.size(), outputs));
      }
      return new Loss.BceWithLogits(posWeight, Averaging.MEAN);
    }
  }
}
