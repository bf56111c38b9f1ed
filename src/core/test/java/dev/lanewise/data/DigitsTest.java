package dev.lanewise.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.tensor.OffHeap;
import dev.lanewise.tensor.Shape;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DigitsTest {
  @Test
  void comeWithTheLibrary() {
    long live = OffHeap.liveBytes();
    try (Splits digits = Digits.open()) {
      assertThat(digits.train().size()).isEqualTo(1442);
      assertThat(digits.test().size()).isEqualTo(355);
      assertThat(digits.train().sampleShape()).isEqualTo(Shape.of(8, 8));
      assertThat(digits.train().classes()).isEqualTo(10);
      assertThat(digits.train().sample(0).getInt(0, 2)).isEqualTo(5);
      assertThat(digits.train().target(0).getInt()).isZero();
      assertThat(IntStream.of(perClass(digits.train()))).allMatch(n -> n >= 140 && n <= 147);
      assertThat(IntStream.of(perClass(digits.test()))).allMatch(n -> n >= 34 && n <= 36);
      // The data and the split: published accuracies refer to these.
      assertThat(digits.sha256())
          .isEqualTo("0e7390fad39e7ed28081d21ae6dfe672f1d483d0acbb1b3727108996e6ef16cc");
    }
    assertThat(OffHeap.liveBytes()).isEqualTo(live);
  }

  private static int[] perClass(DataSet data) {
    int[] counts = new int[data.classes()];
    for (int i = 0; i < data.size(); i++) {
      counts[data.target(i).getInt()]++;
    }
    return counts;
  }
}
