package dev.lanewise.internal.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.autodiff.Derivatives;
import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.internal.op.ElementwiseTable.Row;
import dev.lanewise.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of every row of the table, of first and second order, with broadcast inputs. */
final class ElementwiseGradientTest {

  /** The shapes of one, two or three inputs. */
  private static final List<Shape> SHAPES = List.of(Shape.of(2, 3), Shape.of(3), Shape.of(2, 1));

  static Stream<Row> rows() {
    return Stream.concat(
        ElementwiseTable.rows().stream(),
        // the other sides of the kinks
        Stream.of(
            new Row(ElementwiseTable.ABS, -3, -0.1),
            new Row(ElementwiseTable.SIGN, -3, -0.1),
            new Row(ElementwiseTable.CLAMP, 1.1, 3),
            new Row(ElementwiseTable.CLAMP, -3, -1.1),
            new Row(ElementwiseTable.RELU, -3, -0.1),
            new Row(ElementwiseTable.LEAKY_RELU, -3, -0.1),
            new Row(ElementwiseTable.ELU, 0.1, 3),
            new Row(ElementwiseTable.SELU, 0.1, 3),
            new Row(ElementwiseTable.RECIPROCAL, -3, -0.3),
            new Row(ElementwiseTable.DIV, -3, -0.3),
            new Row(ElementwiseTable.HARD_SIGMOID, -5, -3.1),
            new Row(ElementwiseTable.HARD_SIGMOID, 3.1, 5),
            new Row(ElementwiseTable.HARD_SWISH, -5, -3.1),
            new Row(ElementwiseTable.HARD_SWISH, 3.1, 5)));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void gradientsAreThoseOfTheFunction(Row row) {
    Elementwise op = row.op();
    Derivatives.check(
        op.name(),
        row.from(),
        row.to(),
        (tape, in) -> in[0].apply(op, Arrays.copyOfRange(in, 1, in.length)),
        SHAPES.subList(0, op.arity()).toArray(Shape[]::new));
  }

  /** The conventions are PyTorch's. */
  @Test
  void kinksHaveTheirConventionalSlope() {
    Map<Elementwise, double[][]> slopes =
        Map.of(
            ElementwiseTable.ABS, new double[][] {{0, 0}, {-0.0, 0}},
            ElementwiseTable.SIGN, new double[][] {{0, 0}, {-0.0, 0}, {2, 0}},
            ElementwiseTable.RELU, new double[][] {{0, 0}, {-0.0, 0}},
            ElementwiseTable.LEAKY_RELU, new double[][] {{0, 0.01}},
            ElementwiseTable.CLAMP, new double[][] {{-1, 1}, {1, 1}, {1.5, 0}},
            ElementwiseTable.HARD_SIGMOID, new double[][] {{-3, 0}, {3, 0}},
            ElementwiseTable.HARD_SWISH, new double[][] {{-3, 0}, {3, 1}});
    slopes.forEach(
        (op, pairs) -> {
          for (double[] pair : pairs) {
            assertThat(slopes(op, pair[0])).as(op.name() + " at " + pair[0]).contains(pair[1]);
          }
        });
    assertThat(slopes(ElementwiseTable.MAXIMUM, 2, 2)).containsExactly(0.5, 0.5);
    assertThat(slopes(ElementwiseTable.MINIMUM, 2, 2)).containsExactly(0.5, 0.5);
    assertThat(slopes(ElementwiseTable.WHERE, 0, 5, 6)).containsExactly(0, 0, 1);
    assertThat(slopes(ElementwiseTable.WHERE, -1, 5, 6)).containsExactly(0, 1, 0);
  }

  @Test
  void theSlopeOfASlopeAtAKinkIsZero() {
    try (var tape = Tape.open()) {
      Var x = tape.variable(tape.scope().of(new double[] {0, -0.0, 2, -2}));
      Var slope = tape.gradients(x.abs().sum(), x).getFirst();
      assertThat(slope.tensor().toDoubles()).containsExactly(0, -0.0, 1, -1);
      assertThat(tape.gradients(slope.sum(), x).getFirst().tensor().toDoubles()).containsOnly(0);
    }
  }

  private static double[] slopes(Elementwise op, double... at) {
    try (var tape = Tape.open()) {
      Var[] in = new Var[at.length];
      for (int k = 0; k < in.length; k++) {
        in[k] = tape.variable(tape.scope().scalar(at[k]));
      }
      Var y = in[0].apply(op, Arrays.copyOfRange(in, 1, in.length));
      return tape.gradients(y, in).stream().mapToDouble(v -> v.item() + 0.0).toArray();
    }
  }
}
