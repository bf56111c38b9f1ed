package dev.lanewise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClassWeightsTest {
  private final Scope scope = Scope.open("test");

  @AfterEach
  void close() {
    scope.close();
  }

  /** A sample's feature is its index. */
  private DataSet data(int classes, int... labels) {
    float[] features = new float[labels.length];
    for (int i = 0; i < features.length; i++) {
      features[i] = i;
    }
    return DataSet.classification(scope.of(features, labels.length, 1), scope.of(labels), classes);
  }

  private static int[] drawn(Batches batches, long seed, int epoch, int first) {
    try (Epoch walk = batches.epoch(seed, epoch, first)) {
      IntStream.Builder found = IntStream.builder();
      walk.forEachRemaining(
          batch -> {
            for (float x : batch.x().toFloats()) {
              found.add((int) x);
            }
          });
      return found.build().toArray();
    }
  }

  /** What scikit-learn's compute_class_weight("balanced") gives. */
  @Test
  void balancedIsTheInverseShareOfEachClass() {
    DataSet data = data(3, 0, 0, 0, 2, 0, 1, 1, 0);
    assertThat(ClassWeights.balanced(data)).containsExactly(8 / 15.0, 8 / 6.0, 8 / 3.0);
    assertThat(ClassWeights.ofSamples(data, List.of(1.0, 2.0, 3.0)))
        .containsExactly(1, 1, 1, 3, 1, 2, 2, 1);
    DataSet tokens =
        DataSet.sequences(
            scope.of(new int[] {0, 1, 1, 1}, 2, 2),
            scope.of(new int[] {1, 1, 1, 0}, 2, 2),
            List.of("a", "b"));
    assertThat(ClassWeights.balanced(tokens)).containsExactly(2.0, 4 / 6.0);
  }

  @Test
  void drawsInProportionWithReplacement() {
    int n = 5000;
    int[] labels = IntStream.range(0, n).map(i -> i % 100 == 0 ? 1 : 0).toArray();
    DataSet data = data(2, labels);
    Batches batches =
        data.batches(64).weighted(ClassWeights.ofSamples(data, ClassWeights.balanced(data)));
    int[] first = drawn(batches, 1, 0, 0);
    assertThat(first).hasSize(n);
    assertThat(drawn(batches.prefetched(0), 1, 0, 0)).containsExactly(first);
    assertThat(drawn(batches, 1, 0, 3)).containsExactly(IntStream.of(first).skip(192).toArray());
    assertThat(drawn(batches, 1, 1, 0)).isNotEqualTo(first);
    assertThat(drawn(batches, 2, 0, 0)).isNotEqualTo(first);
    double rare = IntStream.of(first).filter(i -> labels[i] == 1).count();
    assertThat(rare / n).isCloseTo(0.5, within(4 * Math.sqrt(0.25 / n)));
    assertThat(IntStream.of(first).distinct().count()).isLessThan(n);
  }

  @Test
  void neverDrawsAWeightOfNothing() {
    DataSet data = data(1, new int[9]);
    int[] drawn =
        IntStream.range(0, 60)
            .flatMap(
                epoch ->
                    IntStream.of(
                        drawn(
                            data.batches(4).weighted(0, 0, 1, 0, 1e-3, 0, 1e9, 0, 0), 5, epoch, 0)))
            .toArray();
    assertThat(IntStream.of(drawn).distinct().boxed()).isSubsetOf(2, 4, 6).contains(6);
    assertThat(drawn(data.batches(4).weighted(0, 0, 0, 0, 0, 0, 0, 0, 1e-300), 5, 0, 0))
        .containsOnly(8);
  }

  @Test
  void aSampleThatComesTwiceIsAugmentedInTwoWays() {
    DataSet one = data(1, 0, 0);
    Batches noisy = one.batches(2).weighted(0, 1).augmented(List.of(new Augmentation.Noise(1)));
    try (Epoch walk = noisy.epoch(1, 0)) {
      float[] x = walk.next().x().toFloats();
      assertThat(x[0]).isNotEqualTo(x[1]);
    }
  }

  @Test
  void refusesNonsense() {
    DataSet data = data(2, 0, 0, 0);
    assertThatThrownBy(() -> ClassWeights.balanced(data))
        .isInstanceOf(DataException.class)
        .hasMessage("class 1 has no samples, so no weight balances it; give the weights as a list");
    assertThatThrownBy(() -> ClassWeights.ofSamples(data, List.of(1.0)))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("found 1 class weights for 3 samples");
    assertThatThrownBy(() -> data.batches(1).weighted(1, 2))
        .isInstanceOf(DataException.class)
        .hasMessage("found 2 weights for 3 samples");
    assertThatThrownBy(() -> data.batches(1).weighted(1, -2, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("weight -2.0 of sample 1 is out of range");
    assertThatThrownBy(() -> data.batches(1).weighted(0, 0, 0))
        .isInstanceOf(DataException.class)
        .hasMessage("the weights of all samples add up to 0.0");
    DataSet numbers =
        DataSet.regression(
            scope.zeros(DType.F32, Shape.of(2, 1)), scope.zeros(DType.F32, Shape.of(2, 1)));
    assertThatThrownBy(() -> ClassWeights.balanced(numbers)).isInstanceOf(DataException.class);
  }
}
