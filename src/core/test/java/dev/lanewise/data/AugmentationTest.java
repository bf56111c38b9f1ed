package dev.lanewise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lanewise.tensor.Scope;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AugmentationTest {
  private static final int SIZE = 9;
  private final Scope scope = Scope.open("test");

  /** Two channels of 3 x 5 pixels, from 1 up. */
  private final DataSet data = data();

  private DataSet data() {
    float[] values = new float[SIZE * 30];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1 + i;
    }
    return DataSet.classification(
        scope.of(values, SIZE, 2, 3, 5), scope.of(new int[SIZE], SIZE), 1);
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private float[][] samples(int epoch, boolean shuffled, int prefetch, Augmentation... all) {
    float[][] found = new float[SIZE][];
    Batches batches =
        data.batches(4).shuffled(shuffled).prefetched(prefetch).augmented(List.of(all));
    int[] order = new int[SIZE];
    try (Epoch plain = data.batches(4).shuffled(shuffled).epoch(3, epoch)) {
      for (int at = 0; plain.hasNext(); ) {
        Batch batch = plain.next();
        float[] x = batch.x().toFloats();
        for (int i = 0; i < batch.size(); i++) {
          order[at++] = (int) (x[i * 30] - 1) / 30;
        }
      }
    }
    try (Epoch walk = batches.epoch(3, epoch)) {
      for (int at = 0; walk.hasNext(); ) {
        Batch batch = walk.next();
        float[] x = batch.x().toFloats();
        for (int i = 0; i < batch.size(); i++) {
          found[order[at++]] = Arrays.copyOfRange(x, i * 30, i * 30 + 30);
        }
      }
    }
    return found;
  }

  static List<Augmentation> all() {
    return List.of(
        new Augmentation.Shift(2),
        new Augmentation.Crop(0.5),
        new Augmentation.Flip(0.5),
        new Augmentation.Rotate(30),
        new Augmentation.Cutout(2),
        new Augmentation.Noise(0.1),
        new Augmentation.TimeShift(2));
  }

  @ParameterizedTest
  @MethodSource("all")
  void dependsOnSeedEpochAndSampleAlone(Augmentation augmentation) {
    float[][] first = samples(1, false, 0, augmentation);
    assertThat(samples(1, true, 2, augmentation)).isDeepEqualTo(first);
    assertThat(Arrays.deepEquals(samples(2, false, 0, augmentation), first)).isFalse();
    assertThat(Arrays.deepEquals(first, samples(1, false, 0))).isFalse();
  }

  @Test
  void nothingIsChangedByNothing() {
    float[][] plain = samples(0, false, 0);
    for (Augmentation none :
        List.of(
            new Augmentation.Shift(0),
            new Augmentation.Crop(1),
            new Augmentation.Flip(0),
            new Augmentation.Rotate(0),
            new Augmentation.Noise(0),
            new Augmentation.TimeShift(0))) {
      assertThat(samples(0, false, 0, none)).as("%s", none).isDeepEqualTo(plain);
    }
  }

  @Test
  void flipsRows() {
    float[][] plain = samples(0, false, 0);
    float[][] flipped = samples(0, false, 0, new Augmentation.Flip(1));
    for (int i = 0; i < SIZE; i++) {
      for (int k = 0; k < 30; k++) {
        assertThat(flipped[i][k]).isEqualTo(plain[i][k / 5 * 5 + 4 - k % 5]);
      }
    }
  }

  @Test
  void shiftMovesAllChannelsAlikeAndFillsWithTheNormalizedZero() {
    var normalizer = Normalizer.unit(data.withFullScale(2));
    float[] plain = samples(0, false, 0)[0];
    try (Epoch walk =
        data.batches(SIZE)
            .normalized(normalizer)
            .augmented(List.of(new Augmentation.Shift(2)))
            .epoch(1, 0)) {
      float[] x = walk.next().x().toFloats();
      int moved = 0;
      for (int k = 0; k < 15; k++) {
        boolean outside = x[k] == 0;
        assertThat(x[k + 15] == 0).isEqualTo(outside);
        if (!outside) {
          assertThat(x[k + 15] - x[k]).isEqualTo((plain[15] - plain[0]) / 2);
          moved++;
        }
      }
      assertThat(moved).isBetween(3, 15);
    }
  }

  @Test
  void cutoutBlanksASquare() {
    int blank = 0;
    for (float[] sample : samples(0, false, 0, new Augmentation.Cutout(2))) {
      int zeros = 0;
      for (int k = 0; k < 15; k++) {
        zeros += sample[k] == 0 ? 1 : 0;
        assertThat(sample[k] == 0).isEqualTo(sample[k + 15] == 0);
      }
      assertThat(zeros).isIn(1, 2, 4);
      blank += zeros;
    }
    assertThat(blank).isGreaterThan(SIZE);
  }

  @Test
  void aQuarterTurnMovesCornersToCorners() {
    float[] square = {1, 2, 3, 4};
    DataSet one = DataSet.classification(scope.of(square, 1, 2, 2), scope.of(new int[1], 1), 1);
    boolean turned = false;
    for (int epoch = 0; epoch < 20; epoch++) {
      try (Epoch walk =
          one.batches(1).augmented(List.of(new Augmentation.Rotate(90))).epoch(1, epoch)) {
        float[] x = walk.next().x().toFloats();
        float sum = x[0] + x[1] + x[2] + x[3];
        assertThat(sum).isBetween(4f, 10.001f);
        turned |= x[0] > 1.5f;
      }
    }
    assertThat(turned).isTrue();
  }

  @Test
  void badSettingsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Augmentation.Crop(0))
        .withMessage("crop: smallest: found 0.0, expected a number above 0, at most 1");
    assertThatIllegalArgumentException().isThrownBy(() -> new Augmentation.Flip(1.5));
    assertThatIllegalArgumentException().isThrownBy(() -> new Augmentation.Cutout(0));
  }
}
