package dev.lanewise.cli.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lanewise.metric.Average;
import dev.lanewise.metric.Classification;
import dev.lanewise.metric.ConfusionMatrix;
import dev.lanewise.metric.Regression;
import dev.lanewise.train.Evaluation;
import org.jspecify.annotations.Nullable;

/**
 * What was measured on the test set; null what does not apply to the loss.
 *
 * @param testAccuracy share of right answers
 * @param testTop5Accuracy share of samples whose class is among the five most probable; for more
 *     than five classes
 * @param testPrecision mean over the classes
 * @param testRecall mean over the classes
 * @param testF1 mean over the classes
 * @param testRocAuc area under the ROC curve; for two classes
 * @param testPerplexity e to the mean of -log p of the true classes
 * @param testCalibrationError expected calibration error, in [0, 1]
 * @param testMae mean absolute error
 * @param testRmse root mean squared error
 * @param testR2 share of the targets' variance that is explained
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TestMeasures(
    @Nullable Double testAccuracy,
    @Nullable Double testTop5Accuracy,
    @Nullable Double testPrecision,
    @Nullable Double testRecall,
    @Nullable Double testF1,
    @Nullable Double testRocAuc,
    @Nullable Double testPerplexity,
    @Nullable Double testCalibrationError,
    @Nullable Double testMae,
    @Nullable Double testRmse,
    @Nullable Double testR2) {

  /** What {@code test} found. */
  public static TestMeasures of(Evaluation test) {
    Classification c = test.classes();
    ConfusionMatrix confusion = c == null ? null : c.confusion();
    Regression r = test.numbers();
    return new TestMeasures(
        number(test.accuracy()),
        c == null || c.classes() <= 5 ? null : number(c.topK(5)),
        confusion == null ? null : number(confusion.precision(Average.MACRO)),
        confusion == null ? null : number(confusion.recall(Average.MACRO)),
        confusion == null ? null : number(confusion.f1(Average.MACRO)),
        c == null ? null : number(c.rocAuc()),
        c == null ? null : number(c.perplexity()),
        c == null ? null : number(c.calibration().error()),
        r == null ? null : number(r.mae()),
        r == null ? null : number(r.rmse()),
        r == null ? null : number(r.r2()));
  }

  private static @Nullable Double number(double value) {
    return Double.isNaN(value) ? null : value;
  }
}
