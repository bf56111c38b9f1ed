package dev.lanewise.cli.recipe;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.lanewise.data.DataSet;
import dev.lanewise.nn.Loss;
import dev.lanewise.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** What to make small. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface LossSpec {

  /** The loss. */
  Loss build();

  /** Why samples of {@code data} and outputs of shape {@code output} do not fit, or null. */
  default @Nullable String misfit(DataSet data, Shape output) {
    if (build().classifies() != data.isClassification()) {
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
   */
  record CrossEntropy(double labelSmoothing) implements LossSpec {
    /** Checks the value. */
    public CrossEntropy {
      Loss.crossEntropy(labelSmoothing);
    }

    @Override
    public Loss build() {
      return Loss.crossEntropy(labelSmoothing);
    }
  }

  /** The mean squared error. */
  record MeanSquaredError() implements LossSpec {
    @Override
    public Loss build() {
      return Loss.mse();
    }
  }

  /** Binary cross-entropy of logits. */
  record BceWithLogits() implements LossSpec {
    @Override
    public Loss build() {
      return Loss.bceWithLogits();
    }
  }
}
