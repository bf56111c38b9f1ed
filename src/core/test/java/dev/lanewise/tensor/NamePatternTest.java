package dev.lanewise.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class NamePatternTest {
  private static final List<String> NAMES = List.of("0.weight", "0.bias", "10.weight", "10.bias");

  private static List<String> picked(String pattern) {
    return new NamePattern(pattern).pick(NAMES);
  }

  @Test
  void aStarIsAnyRun() {
    assertThat(picked("*")).isEqualTo(NAMES);
    assertThat(picked("*.bias")).containsExactly("0.bias", "10.bias");
    assertThat(picked("0.*")).containsExactly("0.weight", "0.bias");
    assertThat(picked("*0*w*t")).containsExactly("0.weight", "10.weight");
    assertThat(picked("0.bias")).containsExactly("0.bias");
  }

  @Test
  void aPatternThatPicksNothingIsRefused() {
    assertThatThrownBy(() -> picked("0.b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no parameter matches \"0.b\"; there are " + NAMES);
  }
}
