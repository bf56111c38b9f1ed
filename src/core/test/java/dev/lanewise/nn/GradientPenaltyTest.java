package dev.lanewise.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.DTypeException;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class GradientPenaltyTest {
  private final GradientPenalty penalty = new GradientPenalty(0.7);

  /** Of loss_i = (w x_i)^2 the gradient is 2 w^2 x_i. */
  @Test
  void isTheMeanSquareOfTheGradientOfEachSample() {
    try (var tape = Tape.open()) {
      Var x = tape.variable(tape.scope().of(new double[] {1, -2, 3}, 3, 1));
      Var w = tape.variable(tape.scope().of(new double[] {0.5}, 1, 1));
      Var value = penalty.of(x.matmul(w).square().mean(), x);
      double mean = (1 + 4 + 9) / 3.0;
      assertThat(value.item()).isCloseTo(0.7 * 4 * Math.pow(0.5, 4) * mean, within(1e-14));
      tape.backward(value);
      assertThat(tape.gradient(w).getDouble(0, 0))
          .isCloseTo(0.7 * 16 * Math.pow(0.5, 3) * mean, within(1e-13));
    }
  }

  @Test
  void itsGradientsAreThoseOfFiniteDifferences() {
    List<Sequential> models =
        List.of(
            Sequential.of(Layers.flatten(), Linear.of(24, 5), Activation.TANH, Linear.of(5, 3)),
            Sequential.of(
                Conv2d.of(1, 2, 3),
                BatchNorm.of(2),
                Activation.GELU,
                Layers.flatten(),
                Linear.of(16, 3)));
    for (Sequential network : models) {
      try (var model = network.initialize(3, DType.F64);
          Scope scope = Scope.open()) {
        double[] values = new Random(5).doubles(3 * 24, -1, 1).toArray();
        Tensor x = scope.of(values, 3, 1, 6, 4);
        Tensor y = scope.of(new int[] {2, 0, 1});
        ParameterCheck.check(
            model,
            1e-8,
            tape -> {
              Var in = tape.variable(x);
              Var output = model.forward(Forward.training(tape, 1, 0), in);
              Var loss = Loss.crossEntropy().of(output, tape.constant(y));
              return loss.add(penalty.of(loss, in));
            });
      }
    }
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GradientPenalty(-1))
        .withMessage("gradient_penalty: factor must not be negative, found -1.0");
    try (var tape = Tape.open()) {
      Var tokens = tape.constant(tape.scope().of(new int[] {1, 2}));
      Var loss = tape.variable(tape.scope().of(new double[] {1}, 1));
      assertThatExceptionOfType(DTypeException.class)
          .isThrownBy(() -> penalty.of(loss, tokens))
          .withMessage("gradient_penalty: needs samples of floating-point numbers, found I32");
    }
  }
}
