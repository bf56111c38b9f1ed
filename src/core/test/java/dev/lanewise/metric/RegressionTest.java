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

final class RegressionTest {

  @Test
  void isNothingWithoutSamples() {
    Regression none = new Regression(2);
    assertThat(none.r2()).isNaN();
    assertThat(none.rmse()).isNaN();
  }

  private static Tensor tensor(Scope scope, double[] values, long... dims) {
    return scope.allocate(DType.F64, Shape.of(dims)).copyFrom(values);
  }

  /** Far from 0, where the difference of two sums of squares would lose all digits. */
  @Test
  void followsTheDefinitionsInAnyBatches() {
    int n = 97;
    Random random = new Random(8);
    double[] truth = random.doubles(2L * n).map(v -> 1e7 + v).toArray();
    double[] guess = new double[truth.length];
    double absolute = 0;
    double squared = 0;
    double[] mean = new double[2];
    for (int i = 0; i < truth.length; i++) {
      guess[i] = truth[i] + 0.1 * random.nextGaussian();
      absolute += Math.abs(guess[i] - truth[i]) / truth.length;
      squared += (guess[i] - truth[i]) * (guess[i] - truth[i]) / truth.length;
      mean[i % 2] += truth[i] / n;
    }
    double[] unexplained = new double[2];
    double[] total = new double[2];
    for (int i = 0; i < truth.length; i++) {
      unexplained[i % 2] += (guess[i] - truth[i]) * (guess[i] - truth[i]);
      total[i % 2] += (truth[i] - mean[i % 2]) * (truth[i] - mean[i % 2]);
    }
    double r2 = 1 - (unexplained[0] / total[0] + unexplained[1] / total[1]) / 2;
    try (Scope scope = Scope.open("test")) {
      Tensor x = tensor(scope, guess, n, 2);
      Tensor y = tensor(scope, truth, n, 2);
      Regression found = new Regression(2);
      for (int from = 0; from < n; from += 40) {
        int to = Math.min(n, from + 40);
        found.add(x.slice(0, from, to), y.slice(0, from, to));
      }
      assertThat(found.samples()).isEqualTo(n);
      assertThat(found.mae()).isCloseTo(absolute, within(1e-12));
      assertThat(found.rmse()).isCloseTo(Math.sqrt(squared), within(1e-12));
      assertThat(found.r2()).isCloseTo(r2, within(1e-9)).isBetween(0.8, 0.95);
      Regression whole = new Regression(2);
      whole.add(x, y);
      assertThat(found.r2()).isEqualTo(whole.r2());
    }
  }

  @Test
  void constantTargetsAreExplainedOrNot() {
    try (Scope scope = Scope.open("test")) {
      Tensor y = tensor(scope, new double[] {2, 2}, 2);
      Regression exact = new Regression(1);
      exact.add(y, y);
      assertThat(exact.r2()).isEqualTo(1);
      Regression off = new Regression(1);
      off.add(tensor(scope, new double[] {2, 3}, 2), y);
      assertThat(off.r2()).isZero();
      assertThatExceptionOfType(ShapeException.class)
          .isThrownBy(() -> off.add(tensor(scope, new double[2], 2, 1), y));
    }
  }
}
