package dev.lanewise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MixingTest {
  private static final int SIZE = 11;
  private static final int HEIGHT = 6;
  private static final int WIDTH = 7;
  private static final int PIXELS = 2 * HEIGHT * WIDTH;

  private final Scope scope = Scope.open("test");

  /** Two channels; sample i is filled with i and of class i. */
  private final DataSet data = data();

  private DataSet data() {
    float[] values = new float[SIZE * PIXELS];
    int[] labels = new int[SIZE];
    for (int i = 0; i < values.length; i++) {
      int sample = i / PIXELS;
      values[i] = sample;
      labels[sample] = sample;
    }
    return DataSet.classification(
        scope.of(values, SIZE, 2, HEIGHT, WIDTH), scope.of(labels, SIZE), SIZE);
  }

  @AfterEach
  void close() {
    scope.close();
  }

  static List<Mixing> all() {
    return List.of(new Mixing.Mixup(1, 1), new Mixing.Mixup(0.2, 0.5), new Mixing.CutMix(1, 1));
  }

  /** A copy of a batch. */
  private static final class Mixed {
    final float[] x;
    final float[] y;
    final Shape shape;
    final DType type;

    Mixed(Batch batch) {
      x = batch.x().toFloats();
      y = batch.y().toFloats();
      shape = batch.y().shape();
      type = batch.y().dtype();
    }
  }

  private List<Mixed> epoch(Batches batches, int epoch, int first) {
    List<Mixed> all = new ArrayList<>();
    try (Epoch walk = batches.epoch(3, epoch, first)) {
      walk.forEachRemaining(batch -> all.add(new Mixed(batch)));
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("all")
  void dependsOnSeedEpochAndBatchAlone(Mixing mixing) {
    Batches batches = data.batches(4).shuffled(true).mixed(List.of(mixing));
    List<Mixed> whole = epoch(batches, 1, 0);
    for (int first = 0; first < 3; first++) {
      List<Mixed> rest = epoch(batches.prefetched(0), 1, first);
      assertThat(rest).hasSize(3 - first);
      for (int i = 0; i < rest.size(); i++) {
        assertThat(rest.get(i).x).isEqualTo(whole.get(first + i).x);
        assertThat(rest.get(i).y).isEqualTo(whole.get(first + i).y);
      }
    }
    assertThat(epoch(batches, 2, 0).getFirst().x).isNotEqualTo(whole.getFirst().x);
  }

  @ParameterizedTest
  @MethodSource("all")
  void targetsAreTheSharesOfTheSamples(Mixing mixing) {
    for (int epoch = 0; epoch < 8; epoch++) {
      List<Mixed> all = epoch(data.batches(4).mixed(List.of(mixing)), epoch, 0);
      assertThat(all).hasSize(3);
      for (int b = 0; b < 3; b++) {
        int rows = b < 2 ? 4 : 3;
        Mixed batch = all.get(b);
        assertThat(batch.shape).isEqualTo(Shape.of(rows, SIZE));
        assertThat(batch.type).isEqualTo(DType.F32);
        for (int row = 0; row < rows; row++) {
          int own = 4 * b + row;
          int before = 4 * b + (row + rows - 1) % rows;
          float share = batch.y[row * SIZE + own];
          assertThat(batch.y[row * SIZE + before]).isCloseTo(1 - share, within(1e-6f));
          double sum = 0;
          for (int k = 0; k < PIXELS; k++) {
            sum += batch.x[row * PIXELS + k];
          }
          assertThat(sum / PIXELS).isCloseTo(share * own + (1 - share) * before, within(1e-5));
        }
      }
    }
  }

  @Test
  void cutmixMovesOneRectangleOfAllChannels() {
    boolean cut = false;
    for (int epoch = 0; epoch < 10; epoch++) {
      Mixed batch =
          epoch(data.batches(SIZE).mixed(List.of(new Mixing.CutMix(1, 1))), epoch, 0).getFirst();
      int left = WIDTH;
      int right = -1;
      int top = HEIGHT;
      int bottom = -1;
      int count = 0;
      for (int k = 0; k < PIXELS / 2; k++) {
        float value = batch.x[PIXELS + k]; // of sample 1, before it sample 0
        assertThat(value).isIn(0f, 1f).isEqualTo(batch.x[PIXELS + PIXELS / 2 + k]);
        if (value == 0) {
          left = Math.min(left, k % WIDTH);
          right = Math.max(right, k % WIDTH);
          top = Math.min(top, k / WIDTH);
          bottom = Math.max(bottom, k / WIDTH);
          count++;
        }
      }
      cut |= count > 0;
      assertThat(count).isEqualTo(Math.max(0, right - left + 1) * Math.max(0, bottom - top + 1));
    }
    assertThat(cut).isTrue();
  }

  @Test
  void aBatchThatIsNotMixedHasProbabilitiesToo() {
    Mixed batch = epoch(data.batches(SIZE).mixed(List.of(new Mixing.Mixup(1, 0))), 0, 0).getFirst();
    for (int i = 0; i < SIZE; i++) {
      for (int c = 0; c < SIZE; c++) {
        assertThat(batch.y[i * SIZE + c]).isEqualTo(i == c ? 1 : 0);
      }
      assertThat(batch.x[i * PIXELS]).isEqualTo(i);
    }
  }

  @Test
  void numbersAreMixedAsTheyAre() {
    DataSet numbers =
        DataSet.regression(
            scope.of(new float[] {0, 1, 2}, 3, 1), scope.of(new float[] {0, 10, 20}, 3, 1));
    Mixed batch = epoch(numbers.batches(3).mixed(List.of(new Mixing.Mixup(1, 1))), 0, 0).getFirst();
    for (int i = 0; i < 3; i++) {
      assertThat(batch.y[i]).isCloseTo(10 * batch.x[i], within(1e-5f));
    }
  }

  @Test
  void badSettingsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Mixing.Mixup(0, 1))
        .withMessage("mixup: alpha: found 0.0, expected a number above 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Mixing.CutMix(1, 1.5))
        .withMessage("cutmix: p: found 1.5, expected a number from 0 to 1");
    Batches flat = data.withSampleShape(PIXELS).batches(2);
    assertThatThrownBy(() -> flat.mixed(List.of(new Mixing.CutMix(1, 1))))
        .isInstanceOf(DataException.class)
        .hasMessage("cutmix needs images, not samples of shape [" + PIXELS + "]");
  }
}
