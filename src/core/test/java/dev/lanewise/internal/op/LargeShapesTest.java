package dev.lanewise.internal.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Shapes that are cut into many tasks: what an op computes for some rows is, bit for bit, what it
 * computes for these rows alone, which small shapes compute in one task.
 */
final class LargeShapesTest {

  private static final int ROWS = 2803;
  private static final int COLUMNS = 37;
  private static final Engine ENGINE = Engine.of(EngineOptions.defaults().threads(3));

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  private static Tensor random(Tape tape, long... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[(int) shape.size()];
    var random = new Random(shape.hashCode());
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() * 4 - 2;
    }
    return tape.scope().allocate(DType.F32, shape).copyFrom(values);
  }

  @Test
  void refusesAnAxisWithMoreElementsThanIndices() {
    var argmax = new Indexing.ArgExtreme(1, false, true);
    assertThatExceptionOfType(ShapeException.class)
        .isThrownBy(() -> argmax.shape(Shape.of(1, 1L << 31)))
        .withMessageContaining("argmax: axis 1 of [1, 2147483648]");
  }

  /** Ops of (x, rows) that treat the rows of x alike; {@code other} has the same rows. */
  private static Map<String, BiFunction<Var, Var, Var>> rowwise(Tape tape) {
    Var row = tape.constant(random(tape, COLUMNS));
    Var matrix = tape.constant(random(tape, COLUMNS, 41));
    Var weight = tape.constant(random(tape, 41, COLUMNS));
    Var bias = tape.constant(random(tape, 41));
    Map<String, BiFunction<Var, Var, Var>> ops = new TreeMap<>();
    ops.put("flat", (x, other) -> x.mul(other).exp());
    ops.put("a row for all", (x, other) -> x.add(row).gelu());
    ops.put("a number for each row", (x, other) -> x.sub(other.slice(1, 3, 4)));
    ops.put("one number", (x, other) -> x.mul(row.slice(0, 2, 3)));
    ops.put("some columns", (x, other) -> x.slice(1, 1, 30).add(other.slice(1, 0, 29)));
    ops.put("transposed", (x, other) -> x.transpose().tanh().transpose());
    ops.put("sum", (x, other) -> x.sum(1));
    ops.put("amax", (x, other) -> x.amax(true, 1));
    ops.put("softmax", (x, other) -> x.softmax(1));
    ops.put("log_softmax", (x, other) -> x.logSoftmax(1));
    ops.put("logsumexp", (x, other) -> x.logsumexp(false, 1));
    ops.put("matmul", (x, other) -> x.matmul(matrix));
    ops.put("matmul from the right", (x, other) -> weight.matmul(x.transpose()).transpose());
    ops.put("linear", (x, other) -> x.linear(weight, bias));
    ops.put("cross_entropy", (x, other) -> x.crossEntropy(other.argmax(1, false), 0.1));
    ops.put("cumsum", (x, other) -> x.cumsum(1));
    ops.put("cast", (x, other) -> x.cast(DType.F64));
    return ops;
  }

  @Test
  void rowsDoNotDependOnHowManyThereAre() {
    try (Tape tape = Tape.open(ENGINE, null)) {
      Var x = tape.constant(random(tape, ROWS, COLUMNS));
      Var other = tape.constant(random(tape, COLUMNS, ROWS).transpose());
      rowwise(tape)
          .forEach(
              (name, op) -> {
                Tensor whole = op.apply(x, other).tensor();
                for (int from : new int[] {0, 800, 883, 1771, 2650, 2800}) {
                  int to = Math.min(ROWS, from + 5);
                  Tensor part = op.apply(x.slice(0, from, to), other.slice(0, from, to)).tensor();
                  assertThat(whole.slice(0, from, to).toDoubles())
                      .as("%s, rows from %d", name, from)
                      .isEqualTo(part.toDoubles());
                }
              });
    }
  }

  @Test
  void columnSumsDoNotDependOnHowManyColumnsThereAre() {
    try (Tape tape = Tape.open(ENGINE, null)) {
      Var x = tape.constant(random(tape, COLUMNS, 70, 2003));
      Tensor whole = x.sum(1).tensor();
      for (int from : new int[] {0, 500, 511, 1020, 1999}) {
        Tensor part = x.slice(2, from, from + 4).sum(1).tensor();
        assertThat(whole.slice(1, from, from + 4).toFloats()).isEqualTo(part.toFloats());
      }
    }
  }

  /** The order that {@link Reduce} documents: chains of 64 rows, joined by the fixed tree. */
  @Test
  void columnSumsFollowTheirOrder() {
    try (Tape tape = Tape.open(ENGINE, null)) {
      for (int rows : new int[] {1, 63, 64, 65, 128, 129, 300, 64 * 7 + 1}) {
        Tensor x = random(tape, rows, 3);
        float[] expected = new float[3];
        for (int c = 0; c < 3; c++) {
          expected[c] = columnSum(x, c, 0, rows);
        }
        assertThat(tape.constant(x).sum(0).tensor().toFloats())
            .as("%d rows", rows)
            .isEqualTo(expected);
      }
    }
  }

  private static float columnSum(Tensor x, int column, int from, int to) {
    int blocks = (to - from + 63) / 64;
    if (blocks > 1) {
      int middle = from + 64 * Integer.highestOneBit(blocks - 1);
      return columnSum(x, column, from, middle) + columnSum(x, column, middle, to);
    }
    float sum = x.getFloat(from, column);
    for (int row = from + 1; row < to; row++) {
      sum += x.getFloat(row, column);
    }
    return sum;
  }

  @Test
  void emptyTensorsAreFine() {
    try (Tape tape = Tape.open(ENGINE, null)) {
      Var x = tape.constant(random(tape, ROWS, COLUMNS)).slice(0, 7, 7);
      Var other = tape.constant(random(tape, COLUMNS, ROWS).transpose()).slice(0, 7, 7);
      rowwise(tape)
          .forEach(
              (name, op) -> assertThat(op.apply(x, other).tensor().size()).as(name).isEqualTo(0));
      assertThat(x.sum(0).tensor().toFloats()).hasSize(COLUMNS).containsOnly(0);
    }
  }

  @Test
  void aMatrixThatKernelsCannotCountIsRefused() {
    long k = Integer.MAX_VALUE - 1000L;
    String limit = "(at most %d rows or columns, cut it)".formatted(Integer.MAX_VALUE - 2048);
    assertThatExceptionOfType(ShapeException.class)
        .isThrownBy(() -> new MatMul().shape(Shape.of(1, k), Shape.of(k, 1)))
        .withMessage("matmul: a matrix is too long: [1, %d] x [%d, 1] %s", k, k, limit);
    assertThatExceptionOfType(ShapeException.class)
        .isThrownBy(() -> new Linear().shape(Shape.of(k, 2), Shape.of(1, 2), Shape.of(1)))
        .withMessage("linear: a matrix is too long: [%d, 2] x [1, 2] %s", k, limit);
  }
}
