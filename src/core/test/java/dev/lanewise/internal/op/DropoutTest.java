package dev.lanewise.internal.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.internal.random.RandomKey;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import org.junit.jupiter.api.Test;

/** Dropout over several tasks of work: every element has the mask of its own index. */
class DropoutTest {

  @Test
  void everyElementFollowsItsOwnBits() {
    int n = 3 * Exec.GRAIN + 17;
    RandomKey key = RandomKey.ofSeed(5).fold("dropout");
    int threshold = RandomKey.threshold(0.25);
    try (var scope = Scope.open();
        var tape = Tape.open()) {
      var x = scope.allocate(DType.F32, Shape.of(n));
      for (int i = 0; i < n; i++) {
        x.setFloat(i + 1, i);
      }
      float[] y = tape.input(x).dropout(0.25, key.value()).tensor().toFloats();
      for (int i = 0; i < n; i++) {
        boolean kept = Integer.compareUnsigned(key.bits(i), threshold) >= 0;
        float scale = (float) (1 / 0.75);
        assertThat(y[i]).as("element %d", i).isEqualTo(kept ? (i + 1) * scale : 0);
      }
    }
  }
}
