package dev.lanewise.internal.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One row of any length, in calls of what a compiled loop takes. */
final class MapLoopTest {
  private record Call(long from, int n, int rows) {}

  private static List<Call> calls(long from, long n) {
    List<Call> calls = new ArrayList<>();
    MapLoop loop = (_, _, _, first, count, rows) -> calls.add(new Call(first, count, rows));
    loop.run(new long[0], new double[0], from, n);
    return calls;
  }

  @Test
  void shortRowsAreOneCall() {
    assertEquals(List.of(), calls(7, 0));
    assertEquals(List.of(new Call(7, 1, 1)), calls(7, 1));
    assertEquals(List.of(new Call(7, MapLoop.MOST, 1)), calls(7, MapLoop.MOST));
  }

  @Test
  void longRowsAreSeveral() {
    assertEquals(
        List.of(
            new Call(7, MapLoop.MOST, 1),
            new Call(7L + MapLoop.MOST, MapLoop.MOST, 1),
            new Call(7L + 2L * MapLoop.MOST, 5, 1)),
        calls(7, 2L * MapLoop.MOST + 5));
  }

  @Test
  void countsWithinTheLimitStayAsTheyAre() {
    for (int n : new int[] {0, 1, 16, MapLoop.MOST}) {
      assertEquals(n, Memory.count(n));
    }
  }
}
