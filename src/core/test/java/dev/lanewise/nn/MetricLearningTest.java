package dev.lanewise.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.autodiff.Derivatives;
import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MetricLearningTest {

  private static Var like(Tape tape) {
    return tape.constant(tape.scope().of(new double[] {1, 0, 0}, 3));
  }

  private static Var points(Tape tape, double... values) {
    return tape.variable(tape.scope().of(values, values.length / 2, 2));
  }

  @Test
  void contrastiveFollowsItsFormula() {
    try (Tape tape = Tape.open()) {
      Var a = points(tape, 0, 0, 0, 0, 0, 0);
      Var b = points(tape, 3, 4, 0.3, 0.4, 30, 40);
      Var loss = MetricLearning.contrastive(a, b, like(tape), 2, Averaging.NONE);
      assertThat(loss.tensor().toDoubles())
          .containsExactly(new double[] {12.5, 1.125, 0}, within(1e-14));
    }
  }

  @Test
  void tripletFollowsItsFormula() {
    try (Tape tape = Tape.open()) {
      Var loss =
          MetricLearning.tripletMargin(
              points(tape, 0, 0, 0, 0),
              points(tape, 3, 4, 0, 1),
              points(tape, 0, 2, 0, 9),
              1,
              Averaging.NONE);
      assertThat(loss.tensor().toDoubles()).containsExactly(new double[] {4, 0}, within(1e-5));
    }
  }

  @ParameterizedTest
  @EnumSource(Averaging.class)
  void derivatives(Averaging averaging) {
    Shape s = Shape.of(3, 4);
    Derivatives.check(
        "metric learning",
        in ->
            List.of(
                MetricLearning.contrastive(in[0], in[1], like(in[0].tape()), 3, averaging),
                MetricLearning.tripletMargin(in[0], in[1], in[2], 1, averaging)),
        s,
        s,
        s);
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (Tape tape = Tape.open()) {
      Var a = points(tape, 1, 2);
      Var b = points(tape, 1, 2, 3, 4);
      assertThatExceptionOfType(ShapeException.class)
          .isThrownBy(() -> MetricLearning.tripletMargin(a, a, b, 1, Averaging.MEAN))
          .withMessage(
              "triplet_margin: expected features [n, d] of the same shape, found [1, 2] and [2,"
                  + " 2]");
      assertThatExceptionOfType(ShapeException.class)
          .isThrownBy(() -> MetricLearning.contrastive(b, b, like(tape), 1, Averaging.MEAN));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> MetricLearning.tripletMargin(a, a, a, 0, Averaging.MEAN));
    }
  }
}
