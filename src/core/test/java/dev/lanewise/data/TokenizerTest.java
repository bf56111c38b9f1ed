package dev.lanewise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TokenizerTest {
  private static final String TEXT = "low lower lowest, low — slow slower \uD83D\uDC0B!\n";

  @Test
  void charactersAreInOrder() {
    Tokenizer tokenizer = Tokenizer.characters("banana\uD83D\uDC0B");
    assertThat(tokenizer.tokens()).containsExactly("a", "b", "n", "\uD83D\uDC0B");
    assertThat(tokenizer.encode("nab\uD83D\uDC0B")).containsExactly(2, 0, 1, 3);
    assertThat(tokenizer.decode(2, 0, 3)).isEqualTo("na\uD83D\uDC0B");
  }

  @Test
  void frequentNeighboursAreJoined() {
    int characters = Tokenizer.characters(TEXT).tokens().size();
    Tokenizer tokenizer = Tokenizer.bytePairs(TEXT, characters + 3);
    assertThat(tokenizer.tokens().subList(characters, characters + 3))
        .containsExactly("lo", "low", " low");
    assertThat(tokenizer.encode(TEXT))
        .hasSizeLessThan(Tokenizer.characters(TEXT).encode(TEXT).length);
    assertThat(tokenizer.decode(tokenizer.encode(TEXT))).isEqualTo(TEXT);
    assertThat(Tokenizer.of(tokenizer.tokens()).encode(TEXT))
        .containsExactly(tokenizer.encode(TEXT));
  }

  @Test
  void trainingEndsWhenNoPairOccursTwice() {
    assertThat(Tokenizer.bytePairs("abcd", 100).tokens()).containsExactly("a", "b", "c", "d");
  }

  @Test
  void whatIsUnknownIsNamed() {
    Tokenizer tokenizer = Tokenizer.characters("ab");
    assertThatThrownBy(() -> tokenizer.encode("abc"))
        .isInstanceOf(DataException.class)
        .hasMessage("the character \"c\" (U+0063) is not in the vocabulary");
    assertThatThrownBy(() -> tokenizer.decode(2)).isInstanceOf(DataException.class);
    assertThatThrownBy(() -> Tokenizer.of(List.of("a", "a"))).isInstanceOf(DataException.class);
  }
}
