package dev.lanewise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.tensor.Scope;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FoldsTest {
  private static final int SIZE = 97;
  private final Scope scope = Scope.open("test");

  @AfterEach
  void close() {
    scope.close();
  }

  private float[] numbers() {
    float[] values = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      values[i] = i;
    }
    return values;
  }

  /** A tenth of the samples is of class 2, three of them of class 1. */
  private DataSet classes() {
    int[] labels =
        IntStream.range(0, SIZE).map(i -> i % 10 == 0 ? 2 : i % 33 == 5 ? 1 : 0).toArray();
    return DataSet.classification(scope.of(numbers(), SIZE, 1), scope.of(labels), 3);
  }

  private DataSet regression() {
    return DataSet.regression(scope.of(numbers(), SIZE, 1), scope.of(numbers(), SIZE, 1));
  }

  private static int[] samples(DataSet data) {
    return IntStream.range(0, data.size()).map(i -> (int) data.sample(i).getFloat(0)).toArray();
  }

  private static int count(DataSet data, int label) {
    return (int)
        IntStream.range(0, data.size()).filter(i -> data.target(i).getInt() == label).count();
  }

  @Test
  void aSplitHasItsShareOfEachClass() {
    Splits splits = Folds.split(classes(), 0.3, 4);
    assertThat(splits.test().size()).isEqualTo(29);
    for (int label = 0; label < 3; label++) {
      int all = count(splits.test(), label) + count(splits.train(), label);
      assertThat((double) count(splits.test(), label)).isBetween(0.3 * all - 1, 0.3 * all + 1);
    }
    assertThat(
            IntStream.concat(
                    IntStream.of(samples(splits.train())), IntStream.of(samples(splits.test())))
                .sorted())
        .containsExactly(IntStream.range(0, SIZE).boxed().toArray(Integer[]::new));
  }

  @Test
  void theOrderIsAPureFunctionOfTheSeed() {
    for (DataSet data : List.of(classes(), regression())) {
      int[] test = samples(Folds.split(data, 0.25, 7).test());
      assertThat(samples(Folds.split(data, 0.25, 7).test())).containsExactly(test);
      assertThat(samples(Folds.split(data, 0.25, 8).test())).isNotEqualTo(test);
    }
  }

  @Test
  void eachSampleIsTestedOnceAndFoldsAreAlike() {
    for (DataSet data : List.of(classes(), regression())) {
      List<Splits> folds = Folds.of(data, 5, 1);
      int[] tested =
          folds.stream()
              .flatMapToInt(fold -> IntStream.of(samples(fold.test())))
              .sorted()
              .toArray();
      assertThat(tested).containsExactly(IntStream.range(0, SIZE).toArray());
      for (Splits fold : folds) {
        assertThat(fold.test().size()).isBetween(19, 20);
        assertThat(fold.train().size()).isEqualTo(SIZE - fold.test().size());
        if (data.isClassification()) {
          assertThat(count(fold.test(), 2)).isEqualTo(2);
        }
      }
    }
  }

  @Test
  void refusesSharesThatAreNone() {
    assertThat(Folds.split(regression(), 1e-6, 1).test().size()).isEqualTo(1);
    assertThat(Folds.split(regression(), 0.9999, 1).train().size()).isEqualTo(1);
    assertThatThrownBy(() -> Folds.split(regression().take(1), 0.5, 1))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("cannot split 1 samples at a test fraction of 0.5");
    for (double fraction : new double[] {0, 1, -1, Double.NaN}) {
      assertThatThrownBy(() -> Folds.split(regression(), fraction, 1))
          .isInstanceOf(DataException.class);
    }
    for (int folds : new int[] {1, SIZE + 1}) {
      assertThatThrownBy(() -> Folds.of(regression(), folds, 1)).isInstanceOf(DataException.class);
    }
  }
}
