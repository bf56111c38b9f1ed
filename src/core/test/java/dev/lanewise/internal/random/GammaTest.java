package dev.lanewise.internal.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GammaTest {
  private static final int DRAWS = 20_000;
  private static final RandomKey KEY = RandomKey.ofSeed(42).fold("gamma");

  /** Beta(a, a) has mean 1 / 2 and variance 1 / (4 (2 a + 1)), and is its own mirror image. */
  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.2, 0.7, 1, 2.5, 30})
  void symmetricBetaHasItsMoments(double alpha) {
    double[] draws =
        IntStream.range(0, DRAWS)
            .mapToDouble(i -> Gamma.symmetricBeta(KEY.fold(i), alpha))
            .toArray();
    double variance = 1 / (4 * (2 * alpha + 1));
    double mean = IntStream.range(0, DRAWS).mapToDouble(i -> draws[i]).sum() / DRAWS;
    double spread =
        IntStream.range(0, DRAWS).mapToDouble(i -> Math.pow(draws[i] - 0.5, 2)).sum() / DRAWS;
    assertThat(Arrays.stream(draws)).allMatch(x -> x >= 0 && x <= 1);
    assertThat(mean).isCloseTo(0.5, within(4 * Math.sqrt(variance / DRAWS)));
    // (x - 1/2)^2 is at most 1/4, so its variance is at most a quarter of its mean
    assertThat(spread).isCloseTo(variance, within(4 * Math.sqrt(variance / 4 / DRAWS)));
  }

  /** A gamma number of shape k has mean and variance k. */
  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 4.25})
  void gammaHasItsMoments(double shape) {
    double[] draws =
        IntStream.range(0, DRAWS)
            .mapToDouble(i -> Math.exp(Gamma.log(KEY.fold(i), shape)))
            .toArray();
    double mean = IntStream.range(0, DRAWS).mapToDouble(i -> draws[i]).sum() / DRAWS;
    double variance =
        IntStream.range(0, DRAWS).mapToDouble(i -> Math.pow(draws[i] - mean, 2)).sum() / DRAWS;
    assertThat(mean).isCloseTo(shape, within(4 * Math.sqrt(shape / DRAWS)));
    // the fourth central moment is 3 k^2 + 6 k
    assertThat(variance)
        .isCloseTo(shape, within(4 * Math.sqrt((2 * shape * shape + 6 * shape) / DRAWS)));
  }

  @Test
  void refusesWhatIsNoDistribution() {
    for (double alpha : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException().isThrownBy(() -> Gamma.symmetricBeta(KEY, alpha));
    }
  }
}
