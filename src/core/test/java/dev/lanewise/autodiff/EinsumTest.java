package dev.lanewise.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Einstein sums against loops over all letters. */
final class EinsumTest {
  private static final Map<Character, Long> LENGTHS =
      Map.of('a', 2L, 'b', 3L, 'h', 2L, 'i', 3L, 'j', 4L, 'k', 2L, 'q', 5L);

  private static Shape shape(String letters) {
    return Shape.of(letters.chars().mapToLong(c -> LENGTHS.get((char) c)).toArray());
  }

  private static Var random(Tape tape, String letters, int seed) {
    Shape shape = shape(letters);
    double[] values = new Random(seed).doubles(shape.size(), -1, 1).toArray();
    return tape.variable(tape.scope().allocate(DType.F64, shape).copyFrom(values));
  }

  /** Where the element with these letters' values is. */
  private static int at(String letters, Map<Character, Long> values) {
    long at = 0;
    for (int c = 0; c < letters.length(); c++) {
      char letter = letters.charAt(c);
      at = at * LENGTHS.get(letter) + values.get(letter);
    }
    return Math.toIntExact(at);
  }

  private static double[] loops(String left, double[] a, String right, double[] b, String out) {
    double[] sums = new double[Math.toIntExact(shape(out).size())];
    TreeSet<Character> letters = new TreeSet<>();
    (left + right).chars().forEach(c -> letters.add((char) c));
    long all = letters.stream().mapToLong(LENGTHS::get).reduce(1, (x, y) -> x * y);
    for (long n = 0; n < all; n++) {
      Map<Character, Long> values = new HashMap<>();
      long rest = n;
      for (char letter : letters) {
        values.put(letter, rest % LENGTHS.get(letter));
        rest /= LENGTHS.get(letter);
      }
      sums[at(out, values)] += a[at(left, values)] * b[at(right, values)];
    }
    return sums;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ij,jk->ik",
        "ij,jk->ki",
        "bij,bjk->bik",
        "bhqi,bhki->bhqk",
        "bqhi,bkhi->bhqk",
        "i,j->ij",
        "i,i->",
        "i,i->i",
        "ijk,jk->i",
        "ijk,ib->jb",
        "ab,b->a",
        ",ij->ji",
        "ij, -> i",
        "aij,bik->k"
      })
  void agreesWithLoops(String equation) {
    String[] parts = equation.replace(" ", "").replace("->", ",").split(",", -1);
    try (Tape tape = Tape.open()) {
      Var a = random(tape, parts[0], 1);
      Var b = random(tape, parts[1], 2);
      Var found = a.einsum(equation, b);
      double[] expected =
          loops(parts[0], a.tensor().toDoubles(), parts[1], b.tensor().toDoubles(), parts[2]);
      assertThat(found.shape()).isEqualTo(shape(parts[2]));
      assertThat(found.tensor().toDoubles()).containsExactly(expected, within(1e-12));
    }
    Derivatives.check(
        equation, in -> List.of(in[0].einsum(equation, in[1])), shape(parts[0]), shape(parts[1]));
  }

  @Test
  void impliesTheLettersThatOccurOnce() {
    try (Tape tape = Tape.open()) {
      Var found = random(tape, "kj", 1).einsum("kj,ji", random(tape, "ji", 2));
      assertThat(found.shape()).isEqualTo(shape("ik"));
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (Tape tape = Tape.open()) {
      Var a = random(tape, "ij", 1);
      for (String equation : List.of("ij", "ii,ij->i", "ij,jk->ix", "i...,ij->j", "ij,jk->ik->i")) {
        assertThatIllegalArgumentException()
            .as(equation)
            .isThrownBy(() -> a.einsum(equation, a))
            .withMessageStartingWith("einsum: \"" + equation + "\": ");
      }
      assertThatExceptionOfType(ShapeException.class)
          .isThrownBy(() -> a.einsum("ij,jk->ik", a))
          .withMessage("einsum: \"ij,jk->ik\": j differs in [3, 4] and [3, 4]");
      assertThatExceptionOfType(ShapeException.class).isThrownBy(() -> a.einsum("i,ij->j", a));
    }
  }
}
