package dev.lanewise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.tensor.DType;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TextDataTest {
  private static final String TEXT = "abcdefghijklmnopqrstuvwxyz".repeat(10);

  @Test
  void windowsCoverTheHeldOutEnd() {
    try (Splits splits = TextData.of(TEXT, new TextData.Options(5, 0, 0.1))) {
      assertThat(splits.test().size()).isEqualTo(5);
      assertThat(splits.test().classes()).isEqualTo(26);
      assertThat(splits.test().sample(1).toInts()).containsExactly(5, 6, 7, 8, 9);
      assertThat(splits.test().target(1).toInts()).containsExactly(6, 7, 8, 9, 10);
      assertThat(splits.train().size()).isEqualTo(45);
    }
  }

  @Test
  void epochsBeginElsewhereAndTargetsFollow() {
    try (Splits splits = TextData.of(TEXT, new TextData.Options(5, 0, 0.1))) {
      Batches batches = splits.train().batches(7);
      Set<Integer> starts = new HashSet<>();
      for (int epoch = 0; epoch < 20; epoch++) {
        try (Epoch walk = batches.epoch(1, epoch)) {
          for (int at = 0; walk.hasNext(); ) {
            Batch batch = walk.next();
            assertThat(batch.x().dtype()).isEqualTo(DType.I32);
            int[] x = batch.x().toInts();
            int[] y = batch.y().toInts();
            if (at == 0) {
              starts.add(x[0]);
            }
            for (int i = 0; i < x.length; i++, at++) {
              assertThat(x[i]).isEqualTo((x[0] + i) % 26);
              assertThat(y[i]).isEqualTo((x[i] + 1) % 26);
            }
          }
        }
      }
      assertThat(starts).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    }
  }

  @Test
  void bytePairsShortenTheText() {
    try (Splits splits = TextData.of(TEXT, new TextData.Options(5, 30, 0.1))) {
      assertThat(splits.train().classes()).isEqualTo(30);
      assertThat(splits.train().size()).isLessThan(45);
    }
  }

  @Test
  void tooShortATextIsRefused() {
    assertThatThrownBy(() -> TextData.of("abc", new TextData.Options(5, 0, 0.5)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("too short");
    assertThatThrownBy(() -> new TextData.Options(0, 0, 0.5)).isInstanceOf(DataException.class);
  }

  @Test
  void tokensAreNotNormalized() {
    try (Splits splits = TextData.of(TEXT, new TextData.Options(5, 0, 0.1))) {
      assertThat(Normalizer.Kind.STANDARD.fit(splits.train())).isEqualTo(Normalizer.none());
    }
  }
}
