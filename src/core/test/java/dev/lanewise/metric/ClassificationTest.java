package dev.lanewise.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ClassificationTest {
  private static final int SAMPLES = 211;
  private static final int CLASSES = 7;

  /** Rows of log-probabilities. */
  private static double[] logs(Random random, int n, int classes) {
    double[] logs = new double[n * classes];
    for (int i = 0; i < n; i++) {
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        logs[i * classes + c] = 2 * random.nextGaussian();
        sum += Math.exp(logs[i * classes + c]);
      }
      for (int c = 0; c < classes; c++) {
        logs[i * classes + c] -= Math.log(sum);
      }
    }
    return logs;
  }

  private static Tensor tensor(Scope scope, double[] values, long... dims) {
    return scope.allocate(DType.F64, Shape.of(dims)).copyFrom(values);
  }

  private static Tensor labels(Scope scope, int... values) {
    return scope.allocate(DType.I32, Shape.of(values.length)).copyFrom(values);
  }

  @Test
  void sameForAnyBatches() {
    Random random = new Random(3);
    double[] logs = logs(random, SAMPLES, CLASSES);
    int[] truths = random.ints(SAMPLES, 0, CLASSES).toArray();
    try (Scope scope = Scope.open("test")) {
      Tensor x = tensor(scope, logs, SAMPLES, CLASSES);
      Tensor y = labels(scope, truths);
      Classification whole = new Classification(CLASSES);
      whole.add(x, y, -100);
      Classification parts = new Classification(CLASSES);
      for (int from = 0; from < SAMPLES; from += 50) {
        int to = Math.min(SAMPLES, from + 50);
        parts.add(x.slice(0, from, to), y.slice(0, from, to), -100);
      }
      assertThat(parts.accuracy()).isEqualTo(whole.accuracy());
      assertThat(parts.logLoss()).isEqualTo(whole.logLoss());
      assertThat(parts.calibration().error()).isEqualTo(whole.calibration().error());
      assertThat(parts.calibration().bins()).isEqualTo(whole.calibration().bins());
    }
  }

  @Test
  void followsTheDefinitions() {
    Random random = new Random(4);
    double[] logs = logs(random, SAMPLES, CLASSES);
    int[] truths = random.ints(SAMPLES, 0, CLASSES).toArray();
    Classification found = new Classification(CLASSES);
    try (Scope scope = Scope.open("test")) {
      found.add(tensor(scope, logs, SAMPLES, CLASSES), labels(scope, truths), -100);
    }
    double surprise = 0;
    int[] within = new int[CLASSES + 1];
    for (int i = 0; i < SAMPLES; i++) {
      double own = logs[i * CLASSES + truths[i]];
      surprise -= own;
      int before = 0;
      for (int c = 0; c < CLASSES; c++) {
        before += logs[i * CLASSES + c] > own ? 1 : 0;
      }
      for (int k = before + 1; k <= CLASSES; k++) {
        within[k]++;
      }
    }
    for (int k = 1; k <= CLASSES; k++) {
      assertThat(found.topK(k)).as("top " + k).isEqualTo(within[k] / (double) SAMPLES);
    }
    assertThat(found.topK(CLASSES + 3)).isEqualTo(1);
    assertThat(found.accuracy()).isEqualTo(found.confusion().accuracy());
    assertThat(found.perplexity()).isCloseTo(Math.exp(surprise / SAMPLES), within(1e-9));
  }

  @Test
  void leavesOutIgnoredTargets() {
    try (Scope scope = Scope.open("test")) {
      Classification found = new Classification(2);
      Tensor x = tensor(scope, new double[] {-0.1, -2.4, -2.4, -0.1, -0.1, -2.4}, 3, 2);
      found.add(x, labels(scope, 0, 5, 1), 5);
      assertThat(found.samples()).isEqualTo(2);
      assertThat(found.accuracy()).isEqualTo(0.5);
    }
  }

  @Test
  void largestShareIsTheClassOfASoftTarget() {
    try (Scope scope = Scope.open("test")) {
      Classification found = new Classification(3);
      Tensor x = tensor(scope, new double[] {-1, -2, -3, -1, -2, -3}, 2, 3);
      found.add(x, tensor(scope, new double[] {0.5, 0.3, 0.2, 0.1, 0.2, 0.7}, 2, 3), -100);
      assertThat(found.accuracy()).isEqualTo(0.5);
      assertThat(found.topK(2)).isEqualTo(0.5);
      assertThat(found.topK(3)).isEqualTo(1);
    }
  }

  @Test
  void outputsThatAreNaNAreWrong() {
    try (Scope scope = Scope.open("test")) {
      Classification found = new Classification(3);
      double nan = Double.NaN;
      found.add(tensor(scope, new double[] {nan, nan, nan}, 1, 3), labels(scope, 0), -100);
      assertThat(found.accuracy()).isZero();
      assertThat(found.logLoss()).isNaN();
    }
  }

  @Test
  void manyClassesHaveNoMatrix() {
    assertThat(new Classification(Classification.MOST_CONFUSED + 1).confusion()).isNull();
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (Scope scope = Scope.open("test")) {
      Classification found = new Classification(3);
      Tensor x = tensor(scope, new double[6], 2, 3);
      assertThatExceptionOfType(ShapeException.class)
          .isThrownBy(() -> found.add(x, labels(scope, 1), -100));
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> found.add(x, labels(scope, 3, 0), -100))
          .withMessage("classification: class 3 is not one of 3");
    }
  }

  @Test
  void areaIsTheShareOfPairsInOrder() {
    Random random = new Random(5);
    RocAuc area = new RocAuc();
    double[] scores = new double[101];
    boolean[] positive = new boolean[scores.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = random.nextInt(12);
      positive[i] = random.nextInt(12) < scores[i];
      area.add(scores[i], positive[i]);
    }
    double right = 0;
    int pairs = 0;
    for (int i = 0; i < scores.length; i++) {
      for (int j = 0; j < scores.length; j++) {
        if (positive[i] && !positive[j]) {
          pairs++;
          right += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
        }
      }
    }
    assertThat(area.value()).isCloseTo(right / pairs, within(1e-15)).isBetween(0.6, 0.99);
    assertThat(new RocAuc().value()).isNaN();
    area.add(Double.NaN, true);
    assertThat(area.value()).isNaN();
  }

  @Test
  void calibrationSortsIntoBins() {
    Calibration calibration = new Calibration(4);
    calibration.add(0.25, false); // the upper bound is part of a bin
    calibration.add(0.26, true);
    calibration.add(0.5, false);
    calibration.add(1, true);
    calibration.add(0.9, true);
    calibration.add(0, false);
    assertThat(calibration.bins())
        .extracting(Calibration.Bin::count)
        .containsExactly(2L, 2L, 0L, 2L);
    assertThat(calibration.bins().get(1).confidence()).isEqualTo(0.38);
    assertThat(calibration.bins().get(1).accuracy()).isEqualTo(0.5);
    assertThat(calibration.bins().get(2).accuracy()).isNaN();
    double expected = 2 / 6.0 * 0.125 + 2 / 6.0 * (0.5 - 0.38) + 2 / 6.0 * (1 - 0.95);
    assertThat(calibration.error()).isCloseTo(expected, within(1e-15));
  }
}
