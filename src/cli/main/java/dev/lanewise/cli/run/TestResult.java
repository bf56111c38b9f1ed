package dev.lanewise.cli.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lanewise.train.Evaluation;
import org.jspecify.annotations.Nullable;

/**
 * How good the model of a run is: what {@code lanewise eval --json} prints.
 *
 * @param recipe its name
 * @param testAccuracy share of right answers on the test set; null where there are no classes
 * @param testLoss mean loss on the test set
 * @param samples in the test set
 * @param weightsSha256 as in {@link Summary}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TestResult(
    String recipe,
    @Nullable Double testAccuracy,
    double testLoss,
    long samples,
    String weightsSha256) {

  /** The result of measuring the model of {@code experiment}. */
  public static TestResult of(Experiment experiment, Evaluation test) {
    return new TestResult(
        experiment.recipe().name(),
        accuracy(test),
        test.loss(),
        test.samples(),
        Weights.sha256(experiment.parameters()));
  }

  /** The accuracy, or null where there are no classes. */
  public static @Nullable Double accuracy(Evaluation test) {
    return Double.isNaN(test.accuracy()) ? null : test.accuracy();
  }
}
