package dev.lanewise.internal.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The golden values come from an independent implementation of shuffle-v1; they never change. */
final class ShuffleTest {

  private static final RandomKey KEY = RandomKey.ofSeed(42).fold("shuffle");

  @Test
  void ordersAreFrozen() {
    assertThat(Shuffle.permutation(KEY.fold(0), 10)).containsExactly(4, 1, 6, 9, 0, 2, 7, 8, 3, 5);
    assertThat(Arrays.copyOf(Shuffle.permutation(KEY.fold(0), 60_000), 6))
        .containsExactly(49831, 45138, 23818, 35291, 44647, 50742);
    assertThat(Arrays.copyOf(Shuffle.permutation(KEY.fold(1), 60_000), 6))
        .containsExactly(20940, 38710, 48121, 20600, 34181, 41267);
  }

  @Test
  void everyIndexAppearsOnce() {
    for (int n : new int[] {0, 1, 2, 3, 1000}) {
      int[] order = Shuffle.permutation(KEY, n);
      Arrays.sort(order);
      assertThat(order).isEqualTo(IntStream.range(0, n).toArray());
    }
    assertThatThrownBy(() -> Shuffle.permutation(KEY, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ordersAreEquallyLikely() {
    int[] counts = new int[27];
    int n = 12_000;
    for (int epoch = 0; epoch < n; epoch++) {
      int[] order = Shuffle.permutation(KEY.fold(epoch), 3);
      counts[9 * order[0] + 3 * order[1] + order[2]]++;
    }
    double chiSquare = 0;
    for (int count : counts) {
      chiSquare += count == 0 ? 0 : Math.pow(count - n / 6.0, 2) / (n / 6.0);
    }
    assertThat(Arrays.stream(counts).filter(c -> c > 0).count()).isEqualTo(6);
    assertThat(chiSquare).isLessThan(25.7); // 5 degrees, 1e-4
  }
}
