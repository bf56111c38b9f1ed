package dev.lanewise.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The settings that a sweep tries. */
class SearchSpaceTest {
  private static SearchSpace grid(String... grids) {
    return SearchSpace.of(List.of(grids), List.of(), List.of());
  }

  @Test
  void triesAllCombinationsInOrder() {
    assertThat(grid("a=1,2", "b=[x, y],{z: 1, w: 2}").grid())
        .containsExactly(
            Map.of("a", "1", "b", "[x, y]"),
            Map.of("a", "1", "b", "{z: 1, w: 2}"),
            Map.of("a", "2", "b", "[x, y]"),
            Map.of("a", "2", "b", "{z: 1, w: 2}"));
  }

  @Test
  void drawsWithinRanges() {
    SearchSpace space =
        SearchSpace.of(
            List.of("kind=p,q"), List.of("whole=1..3", "real=0..0.5"), List.of("log=1e-4..1e-1"));
    List<Map<String, String>> draws = space.random(400, 5);
    assertThat(draws).extracting(d -> d.get("kind")).contains("p", "q").containsOnly("p", "q");
    assertThat(draws).extracting(d -> d.get("whole")).contains("1", "2", "3");
    assertThat(draws).extracting(d -> d.get("whole")).containsOnly("1", "2", "3");
    assertThat(draws)
        .extracting(d -> Double.parseDouble(d.get("real")))
        .allMatch(value -> value >= 0 && value <= 0.5);
    List<Double> logs = draws.stream().map(d -> Double.parseDouble(d.get("log"))).toList();
    assertThat(logs).allMatch(value -> value >= 1e-4 && value <= 1e-1);
    assertThat(logs.stream().filter(value -> value < 1e-3).count()).isBetween(100L, 170L);
    assertThat(space.random(10, 5)).isEqualTo(draws.subList(0, 10));
    assertThat(space.random(10, 6)).isNotEqualTo(draws.subList(0, 10));
  }

  @Test
  void refusesWhatItCannotRead() {
    assertThatThrownBy(() -> grid("lr")).hasMessageContaining("expected KEY=");
    assertThatThrownBy(() -> grid("lr=1,")).hasMessageContaining("a value is empty");
    assertThatThrownBy(() -> grid("lr=1", "lr=2")).hasMessageContaining("twice");
    assertThatThrownBy(() -> grid().grid()).hasMessageContaining("expected --grid");
    assertThatThrownBy(() -> grid().random(3, 1)).hasMessageContaining("to draw from");
    assertThatThrownBy(() -> grid("a=1").random(0, 1)).hasMessageContaining("found 0 runs");
    for (String range : List.of("lr=1", "lr=2..1", "lr=a..b", "lr=..")) {
      assertThatThrownBy(() -> SearchSpace.of(List.of(), List.of(range), List.of()))
          .hasMessageContaining("LOW below HIGH");
    }
    assertThatThrownBy(() -> SearchSpace.of(List.of(), List.of(), List.of("lr=0..1")))
        .hasMessageContaining("above 0");
  }
}
