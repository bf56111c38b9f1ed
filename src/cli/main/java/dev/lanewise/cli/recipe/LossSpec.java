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
          ? "loss: the targets are classes, which need a loss of classes, as cross_entropy"
          : "loss: it needs classes, and the targets are numbers, as mse takes them";
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

  /** Cross-entropy of log-probabilities, as after {@code log_softmax}. */
  record NegativeLogLikelihood() implements LossSpec {
    @Override
    public Loss build(DataSet train) {
      return Loss.nll();
    }
  }

  /**
   * Cross-entropy that counts well-classified samples less.
   *
   * @param gamma how much less, at least 0
   */
  record Focal(double gamma) implements LossSpec {
    /** Checks the value. */
    public Focal {
      of(gamma);
    }

    @Override
    public Loss build(DataSet train) {
      return of(gamma);
    }

    private static Loss of(double gamma) {
      return new Loss.Focal(gamma, Loss.IGNORED, List.of(), Averaging.MEAN);
    }
  }

  /** The mean absolute error. */
  record AbsoluteError() implements LossSpec {
    @Override
    public Loss build(DataSet train) {
      return Loss.l1();
    }
  }

  /**
   * Squared near 0 and linear beyond.
   *
   * @param delta where the line begins, above 0
   */
  record Huber(double delta) implements LossSpec {
    /** Checks the value. */
    public Huber {
      new Loss.Huber(delta, Averaging.MEAN);
    }

    @Override
    public Loss build(DataSet train) {
      return new Loss.Huber(delta, Averaging.MEAN);
    }
  }

  /**
   * The Huber loss divided by beta.
   *
   * @param beta where the line begins, at least 0
   */
  record SmoothL1(double beta) implements LossSpec {
    /** Checks the value. */
    public SmoothL1 {
      new Loss.SmoothL1(beta, Averaging.MEAN);
    }

    @Override
    public Loss build(DataSet train) {
      return new Loss.SmoothL1(beta, Averaging.MEAN);
    }
  }

  /** The hinge loss of targets -1 and 1. */
  record Hinge() implements LossSpec {
    @Override
    public Loss build(DataSet train) {
      return Loss.hinge();
    }
  }

  /** The Kullback-Leibler divergence of log-probabilities from targets that are probabilities. */
  record KlDivergence() implements LossSpec {
    @Override
    public Loss build(DataSet train) {
      return Loss.klDivergence();
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
