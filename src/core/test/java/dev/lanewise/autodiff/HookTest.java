package dev.lanewise.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.TensorStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hooks see whole gradients and may replace them. */
final class HookTest {

  @Test
  void seesTheWholeGradientAndReplacesIt() {
    try (Tape tape = Tape.open()) {
      Var x = tape.variable(tape.scope().of(new double[] {1, -2}, 2));
      Var y = x.mul(3);
      List<double[]> seen = new ArrayList<>();
      y.hook(
          g -> {
            seen.add(g.tensor().toDoubles());
            return g.clamp(-1, 1);
          });
      y.hook(g -> g.mul(2));
      tape.backward(y.square().sum().add(y.sum()));
      assertThat(seen).hasSize(1);
      assertThat(seen.getFirst()).containsExactly(7, -11);
      assertThat(tape.gradient(y).toDoubles()).containsExactly(2, -2);
      assertThat(tape.gradient(x).toDoubles()).containsExactly(6, -6);
    }
  }

  @Test
  void changesWhatReachesTheStore() {
    TensorStore values = TensorStore.builder(DType.F32).add("w", Shape.of(2)).build();
    try (Parameters parameters = new Parameters(values);
        Tape tape = Tape.open(parameters)) {
      values.get("w").copyFrom(new float[] {3, 4});
      tape.parameter("w").hook(g -> g.mul(0.5));
      tape.backward(tape.parameter("w").square().sum());
      assertThat(parameters.gradients().get("w").toFloats()).containsExactly(3, 4);
      assertThat(tape.gradient(tape.parameter("w")).toFloats()).containsExactly(3, 4);
    }
  }

  @Test
  void isPartOfWhatIsDifferentiatedAgain() {
    try (Tape tape = Tape.open()) {
      Var x = tape.variable(tape.scope().of(new double[] {2}, 1));
      x.hook(Var::square);
      Var slope = tape.gradients(x.square().sum(), x).getFirst();
      assertThat(slope.item()).isEqualTo(16);
    }
  }

  @Test
  void refusesOtherShapesAndConstants() {
    try (Tape tape = Tape.open()) {
      Var x = tape.variable(tape.scope().of(new double[] {2, 3}, 2));
      x.hook(Var::sum);
      assertThatExceptionOfType(ShapeException.class)
          .isThrownBy(() -> tape.backward(x.square().sum()))
          .withMessage("hook: the gradient of F64 [2] became F64 []");
      Var constant = x.stopGradient();
      assertThatIllegalStateException()
          .isThrownBy(() -> constant.hook(g -> g))
          .withMessage("hook: no gradient flows through this variable");
    }
  }
}
