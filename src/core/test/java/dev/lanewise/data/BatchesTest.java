package dev.lanewise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.OffHeap;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchesTest {
  private static final int SIZE = 23;

  private final Scope scope = Scope.open("test");
  private final DataSet data = bytes(scope);

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void keepsOrderAndTheLastPartialBatch() {
    Batches batches = data.batches(5);
    assertThat(batches.count()).isEqualTo(5);
    try (Epoch epoch = batches.epoch(1, 0)) {
      for (int i = 0; i < 5; i++) {
        Batch batch = epoch.next();
        int size = i < 4 ? 5 : 3;
        assertThat(batch.index()).isEqualTo(i);
        assertThat(batch.size()).isEqualTo(size);
        assertThat(batch.x().dtype()).isEqualTo(DType.F32);
        assertThat(batch.x().shape()).isEqualTo(Shape.of(size, 2, 2));
        assertThat(batch.y().shape()).isEqualTo(Shape.of(size));
        for (int k = 0; k < size; k++) {
          int sample = 5 * i + k;
          assertThat(batch.y().getInt(k)).isEqualTo(sample);
          assertThat(batch.x().getFloat(k, 1, 1)).isEqualTo(7 * sample + 3);
        }
      }
      assertThat(epoch.hasNext()).isFalse();
      assertThatThrownBy(epoch::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  void orderIsAPureFunctionOfSeedAndEpoch() {
    Batches batches = data.batches(4).shuffled(true);
    int[] order = order(batches, 1, 0, 0);
    assertThat(order(batches, 1, 0, 0)).containsExactly(order);
    assertThat(order(data.batches(SIZE).shuffled(true), 1, 0, 0)).containsExactly(order);
    assertThat(order(batches, 1, 1, 0)).isNotEqualTo(order);
    assertThat(order(batches, 2, 0, 0)).isNotEqualTo(order);
    assertThat(IntStream.of(order).sorted())
        .containsExactly(IntStream.range(0, SIZE).boxed().toArray(Integer[]::new));
    // Fixed by rng-v1 and shuffle-v1.
    assertThat(Arrays.copyOf(order, 6)).containsExactly(2, 7, 1, 16, 21, 10);
  }

  @Test
  void continuesAnEpoch() {
    Batches batches = data.batches(4).shuffled(true);
    int[] order = order(batches, 9, 3, 0);
    for (int first = 0; first <= batches.count(); first++) {
      int[] rest = Arrays.copyOfRange(order, Math.min(4 * first, SIZE), SIZE);
      assertThat(order(batches, 9, 3, first)).containsExactly(rest);
      assertThat(order(batches.prefetched(0), 9, 3, first)).containsExactly(rest);
    }
    assertThatThrownBy(() -> batches.epoch(9, 3, 7)).isInstanceOf(DataException.class);
  }

  @Test
  void prefetchYieldsTheSameBits() {
    Batches batches = data.batches(4).shuffled(true).normalized(Normalizer.standard(data));
    List<float[]> plain = features(batches.prefetched(0));
    for (int ahead : new int[] {1, 2, 50}) {
      List<float[]> prefetched = features(batches.prefetched(ahead));
      assertThat(prefetched).hasSize(plain.size());
      for (int i = 0; i < plain.size(); i++) {
        assertThat(prefetched.get(i)).containsExactly(plain.get(i));
      }
    }
  }

  @Test
  void aBatchStaysUntilTheNextIsTaken() throws InterruptedException {
    try (Epoch epoch = data.batches(2).prefetched(3).epoch(1, 0)) {
      Tensor x = epoch.next().x();
      float[] before = x.toFloats();
      Thread.sleep(20);
      assertThat(x.toFloats()).containsExactly(before);
    }
  }

  @Test
  void closingEarlyStopsTheThreadAndFreesTheMemory() {
    long live = OffHeap.liveBytes();
    int threads = prefetchThreads();
    Epoch epoch = data.batches(2).prefetched(2).epoch(1, 0);
    epoch.next();
    assertThat(OffHeap.liveBytes()).isGreaterThan(live);
    epoch.close();
    epoch.close();
    assertThat(prefetchThreads()).isEqualTo(threads);
    assertThat(OffHeap.liveBytes()).isEqualTo(live);
    assertThat(epoch.hasNext()).isFalse();
    assertThatThrownBy(epoch::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void whatTheThreadThrowsReachesTheConsumer() {
    for (int ahead : new int[] {0, 2}) {
      Scope gone = Scope.open("gone");
      try (Epoch epoch = bytes(gone).batches(1).prefetched(ahead).epoch(1, 0)) {
        epoch.next();
        gone.close();
        assertThatThrownBy(
                () -> {
                  while (epoch.hasNext()) {
                    epoch.next();
                  }
                })
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("gone");
        assertThatThrownBy(epoch::next).isInstanceOf(IllegalStateException.class);
      }
    }
  }

  @Test
  void epochsReuseMemory() {
    Batches batches = data.batches(4).shuffled(true);
    features(batches);
    long peak = OffHeap.peakBytes();
    for (int i = 0; i < 20; i++) {
      order(batches, 1, i, 0);
    }
    assertThat(OffHeap.peakBytes()).isEqualTo(peak);
  }

  @Test
  void gathersRowsOfFloatsAndTargets() {
    Tensor features = scope.of(new float[] {1, 10, 2, 20, 3, 30}, 3, 2);
    Tensor targets = scope.of(new float[] {-1, -10, -2, -20, -3, -30}, 3, 2);
    DataSet table = DataSet.regression(features, targets).subset(2, 0);
    try (Epoch epoch = table.batches(8).epoch(1, 0)) {
      Batch batch = epoch.next();
      assertThat(batch.x().toFloats()).containsExactly(3, 30, 1, 10);
      assertThat(batch.y().toFloats()).containsExactly(-3, -30, -1, -10);
      assertThat(epoch.hasNext()).isFalse();
    }
  }

  @Test
  void refusesNonsense() {
    assertThatThrownBy(() -> data.batches(0))
        .isInstanceOf(DataException.class)
        .hasMessage("the batch size must be at least 1, not 0");
    assertThatThrownBy(() -> data.batches(1).prefetched(-1)).isInstanceOf(DataException.class);
    Normalizer other = Normalizer.decode("standard;1,2,3;1,1,1");
    assertThatThrownBy(() -> data.batches(1).normalized(other))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("3 features");
  }

  /** Sample i is four bytes from 7 i on, its class i. */
  private static DataSet bytes(Scope scope) {
    byte[] features = new byte[SIZE * 4];
    for (int i = 0; i < features.length; i++) {
      features[i] = (byte) (i / 4 * 7 + i % 4);
    }
    int[] labels = IntStream.range(0, SIZE).toArray();
    return DataSet.classification(scope.of(features, SIZE, 2, 2), scope.of(labels), SIZE);
  }

  private static int[] order(Batches batches, long seed, int epoch, int first) {
    try (Epoch walk = batches.epoch(seed, epoch, first)) {
      IntStream.Builder order = IntStream.builder();
      walk.forEachRemaining(batch -> Arrays.stream(batch.y().toInts()).forEach(order));
      return order.build().toArray();
    }
  }

  private static List<float[]> features(Batches batches) {
    List<float[]> features = new ArrayList<>();
    try (Epoch epoch = batches.epoch(5, 2)) {
      epoch.forEachRemaining(batch -> features.add(batch.x().toFloats()));
    }
    return features;
  }

  private static int prefetchThreads() {
    return (int)
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("lanewise-prefetch"))
            .count();
  }
}
