package dev.lanewise.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class ConfusionMatrixTest {
  private static final int[] TRUTHS = {0, 0, 0, 0, 1, 1, 2, 2, 2};
  private static final int[] PREDICTED = {0, 0, 1, 2, 1, 0, 2, 2, 4};

  private static ConfusionMatrix matrix() {
    ConfusionMatrix matrix = new ConfusionMatrix(5);
    for (int i = 0; i < TRUTHS.length; i++) {
      matrix.add(TRUTHS[i], PREDICTED[i]);
    }
    return matrix;
  }

  @Test
  void countsPairs() {
    ConfusionMatrix matrix = matrix();
    assertThat(matrix.total()).isEqualTo(9);
    assertThat(matrix.count(0, 0)).isEqualTo(2);
    assertThat(matrix.count(2, 4)).isEqualTo(1);
    assertThat(matrix.counts()[0]).containsExactly(2, 1, 1, 0, 0);
    assertThat(matrix.accuracy()).isEqualTo(5 / 9.0);
  }

  @Test
  void measuresEachClass() {
    ConfusionMatrix matrix = matrix();
    assertThat(matrix.precision(0)).isEqualTo(2 / 3.0);
    assertThat(matrix.recall(0)).isEqualTo(2 / 4.0);
    assertThat(matrix.f1(0)).isCloseTo(2 / (3 / 2.0 + 4 / 2.0), within(1e-15));
    assertThat(matrix.precision(4)).as("predicted once, wrongly").isZero();
    assertThat(matrix.recall(4)).as("never the truth").isZero();
    assertThat(matrix.f1(3)).as("does not occur").isZero();
  }

  @Test
  void averagesOverTheClassesThatOccur() {
    ConfusionMatrix matrix = matrix();
    assertThat(matrix.precision(Average.MACRO))
        .isCloseTo((2 / 3.0 + 1 / 2.0 + 2 / 3.0 + 0) / 4, within(1e-15));
    assertThat(matrix.recall(Average.MACRO))
        .isCloseTo((2 / 4.0 + 1 / 2.0 + 2 / 3.0 + 0) / 4, within(1e-15));
    assertThat(matrix.f1(Average.MACRO))
        .isCloseTo((4 / 7.0 + 1 / 2.0 + 2 / 3.0 + 0) / 4, within(1e-15));
    assertThat(matrix.f1(Average.MICRO)).isEqualTo(matrix.accuracy());
  }

  @Test
  void refusesClassesThatItDoesNotHave() {
    ConfusionMatrix matrix = new ConfusionMatrix(3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> matrix.add(3, 0))
        .withMessage("confusion matrix: class 3 is not one of 3");
    assertThatIllegalArgumentException().isThrownBy(() -> matrix.add(0, -1));
    assertThat(matrix.total()).isZero();
  }
}
