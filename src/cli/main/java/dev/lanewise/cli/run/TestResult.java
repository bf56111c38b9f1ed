package dev.lanewise.cli.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.lanewise.metric.Calibration;
import dev.lanewise.metric.Classification;
import dev.lanewise.metric.ConfusionMatrix;
import dev.lanewise.train.Evaluation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How good the model of a run is: what {@code lanewise eval --json} prints.
 *
 * @param recipe its name
 * @param measures of the test set
 * @param testLoss mean loss on the test set
 * @param samples in the test set
 * @param confusion samples of each class (rows) for which each class (columns) was predicted; null
 *     where there are no classes
 * @param reliability how right predictions of a probability are; null where there are no classes
 * @param weightsSha256 as in {@link Summary}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TestResult(
    String recipe,
    @JsonUnwrapped TestMeasures measures,
    double testLoss,
    long samples,
    long @Nullable [][] confusion,
    @Nullable List<Calibration.Bin> reliability,
    String weightsSha256) {

  /** The result of measuring the model of {@code experiment}. */
  public static TestResult of(Experiment experiment, Evaluation test) {
    Classification classes = test.classes();
    ConfusionMatrix confusion = classes == null ? null : classes.confusion();
    return new TestResult(
        experiment.recipe().name(),
        TestMeasures.of(test),
        test.loss(),
        test.samples(),
        confusion == null ? null : confusion.counts(),
        classes == null ? null : classes.calibration().bins(),
        Weights.sha256(experiment.parameters()));
  }
}
