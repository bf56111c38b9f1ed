package dev.lanewise.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.autodiff.Derivatives;
import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Derivatives of the functional forms, and what reference cases do not reach. */
final class FunctionalTest {

  private record Case(String name, Derivatives.Function f, Shape... shapes) {
    @Override
    public String toString() {
      return name + Arrays.toString(shapes);
    }
  }

  private static Case one(String name, java.util.function.Function<Var[], Var> f, Shape... shapes) {
    return new Case(name, in -> List.of(f.apply(in)), shapes);
  }

  private static Shape s(long... dims) {
    return Shape.of(dims);
  }

  static List<Case> cases() {
    return List.of(
        one("embedding", in -> Functional.embedding(indices(in[0].tape()), in[0]), s(4, 3)),
        one(
            "layer_norm",
            in -> Functional.layerNorm(in[0], in[1], in[2], 1e-5),
            s(2, 3, 4),
            s(3, 4),
            s(3, 4)),
        one("rms_norm", in -> Functional.rmsNorm(in[0], in[1], 1e-5), s(3, 5), s(5)),
        one(
            "group_norm",
            in -> Functional.groupNorm(in[0], 2, in[1], in[2], 1e-5),
            s(2, 4, 3),
            s(4),
            s(4)),
        one("batch_norm", in -> batchNorm(true, in), s(3, 2, 2, 2), s(2), s(2)),
        one("batch_norm, evaluation", in -> batchNorm(false, in), s(3, 2), s(2), s(2)),
        one(
            "attention",
            in -> Functional.scaledDotProductAttention(in[0], in[1], in[2], in[3], false),
            s(2, 3, 4),
            s(2, 5, 4),
            s(2, 5, 2),
            s(3, 5)),
        one(
            "causal attention",
            in -> Functional.scaledDotProductAttention(in[0], in[1], in[2], null, true),
            s(2, 3, 4),
            s(2, 3, 4),
            s(2, 3, 2)),
        one(
            "multi_head_attention",
            in -> Functional.multiHeadAttention(in[0], 2, in[1], in[2], in[3], in[4], true),
            s(2, 3, 4),
            s(12, 4),
            s(12),
            s(4, 4),
            s(4)),
        new Case("rnn_tanh", FunctionalTest::rnn, recurrent(1)),
        new Case("gru", FunctionalTest::gru, recurrent(3)),
        new Case("lstm", FunctionalTest::lstm, recurrent(4)),
        one(
            "lstm from zero",
            in -> Recurrence.lstm(in[0], null, null, in[1], in[2], in[3], in[4]).output(),
            s(2, 1, 3),
            s(8, 3),
            s(8, 2),
            s(8),
            s(8)));
  }

  /** Input, weights, biases and both states. */
  private static Shape[] recurrent(long gates) {
    return new Shape[] {
      s(2, 3, 2),
      s(gates * 2, 2),
      s(gates * 2, 2),
      s(gates * 2),
      s(gates * 2),
      s(1, 2, 2),
      s(1, 2, 2)
    };
  }

  private static List<Var> rnn(Var... in) {
    var result = Recurrence.rnnTanh(in[0], in[5], in[1], in[2], in[3], in[4]);
    return List.of(result.output(), result.hidden());
  }

  private static List<Var> gru(Var... in) {
    var result = Recurrence.gru(in[0], in[5], in[1], in[2], in[3], in[4]);
    return List.of(result.output(), result.hidden());
  }

  private static List<Var> lstm(Var... in) {
    var result = Recurrence.lstm(in[0], in[5], in[6], in[1], in[2], in[3], in[4]);
    return List.of(result.output(), result.hidden(), result.cell());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void derivatives(Case c) {
    Derivatives.check(c.name, c.f, c.shapes);
  }

  private static Var indices(Tape tape) {
    return tape.constant(tape.scope().of(new int[] {1, 0, 3, 1}, 2, 2));
  }

  private static Var batchNorm(boolean training, Var... in) {
    Tape tape = in[0].tape();
    Var mean = tape.constant(tape.scope().of(new double[] {0.1, -0.2}));
    Var variance = tape.constant(tape.scope().of(new double[] {0.5, 1.5}));
    return Functional.batchNorm(in[0], mean, variance, in[1], in[2], training, 0.1, 1e-5).y();
  }

  @Test
  void masksOfBothKindsExclude() {
    try (var tape = Tape.open()) {
      Var q = tape.constant(tape.scope().of(new double[] {1, 2}, 1, 2));
      Var k = tape.constant(tape.scope().of(new double[] {3, 1, -1, 4, 2, 2}, 3, 2));
      Var v = tape.constant(tape.scope().of(new double[] {1, 10, 100}, 3, 1));
      double never = Double.NEGATIVE_INFINITY;
      Var added = tape.constant(tape.scope().of(new double[] {never, 0, never}, 1, 3));
      Var chosen = tape.constant(tape.scope().of(new int[] {0, 1, 0}, 1, 3));
      for (Var mask : List.of(added, chosen)) {
        Var y = Functional.scaledDotProductAttention(q, k, v, mask, false);
        assertThat(y.item()).isCloseTo(10, within(1e-14));
      }
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (var tape = Tape.open()) {
      Var x = tape.constant(tape.scope().of(new double[6], 1, 3, 2));
      Var three = tape.constant(tape.scope().of(new double[3]));
      assertThatExceptionOfType(ShapeException.class)
          .isThrownBy(() -> Functional.layerNorm(x, three, three, 1e-5))
          .withMessage("layer_norm: input [1, 3, 2] does not end in [3]");
      assertThatExceptionOfType(ShapeException.class)
          .isThrownBy(() -> Functional.groupNorm(x, 2, three, three, 1e-5))
          .withMessage("group_norm: the channels of [1, 3, 2] do not make 2 groups");
      Var row = tape.constant(tape.scope().of(new double[3], 1, 3));
      assertThatExceptionOfType(ShapeException.class)
          .isThrownBy(() -> Functional.batchNorm(row, three, three, three, three, true, 0.1, 1e-5))
          .withMessage(
              "batch_norm: training needs more than one value a channel, found input [1, 3]");
      assertThatExceptionOfType(ShapeException.class)
          .isThrownBy(() -> Functional.multiHeadAttention(x, 4, three, three, three, three, true))
          .withMessage(
              "multi_head_attention: expected input [n, t, e] with e a multiple of 4, found [1, 3,"
                  + " 2]");
    }
  }
}
