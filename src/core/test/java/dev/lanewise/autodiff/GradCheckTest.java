package dev.lanewise.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.DTypeException;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The check finds what is wrong, and only that. */
final class GradCheckTest {

  /** Its gradient is that of {@code x^2 / 2 * factor}. */
  private record Half(double factor, boolean kinked) implements CustomOp {
    @Override
    public String name() {
      return "half";
    }

    @Override
    public Shape shape(Shape... in) {
      return in[0];
    }

    @Override
    public void forward(Tensor[] in, Tensor out) {
      double[] x = in[0].toDoubles();
      for (int i = 0; i < x.length; i++) {
        x[i] = x[i] * x[i] / 2;
      }
      out.copyFrom(x);
    }

    @Override
    public List<@Nullable Var> gradient(Var[] in, Var out, Var g) {
      Var x = kinked ? in[0].stopGradient() : in[0];
      return List.of(g.mul(x).mul(factor));
    }
  }

  private static void check(boolean second, CustomOp op) {
    try (Scope scope = Scope.open("test")) {
      Tensor x = scope.of(new double[] {0.5, -2, 1.5}, 3);
      GradCheck check = GradCheck.of("half", (tape, in) -> in[0].apply(op));
      GradCheck done = second ? check.second(x) : check.first(x);
      assertThat(done).isSameAs(check);
      assertThat(x.toDoubles()).containsExactly(0.5, -2, 1.5);
    }
  }

  @Test
  void acceptsRightGradients() {
    check(false, new Half(1, false));
    check(true, new Half(1, false));
    check(false, new Half(1.0005, false));
  }

  @Test
  void findsWrongGradients() {
    assertThatExceptionOfType(GradCheckException.class)
        .isThrownBy(() -> check(false, new Half(1.01, false)))
        .withMessageStartingWith("gradcheck: half, by input 0: the gradient gives ");
  }

  @Test
  void findsWrongSecondGradients() {
    check(false, new Half(1, true));
    assertThatExceptionOfType(GradCheckException.class)
        .isThrownBy(() -> check(true, new Half(1, true)))
        .withMessageStartingWith("gradcheck: gradient of half, by ");
  }

  @Test
  void findsResultsThatAreNotNumbers() {
    try (Scope scope = Scope.open("test")) {
      Tensor x = scope.of(new double[] {-1}, 1);
      assertThatExceptionOfType(GradCheckException.class)
          .isThrownBy(() -> GradCheck.of("log", (tape, in) -> in[0].log()).directions(x));
    }
  }

  @Test
  void checksParametersAndPutsThemBack() {
    TensorStore values = TensorStore.builder(DType.F64).add("w", Shape.of(2, 2)).build();
    try (Parameters parameters = new Parameters(values);
        Scope scope = Scope.open("test")) {
      double[] w = {0.3, -1, 2, 0.7};
      values.get("w").copyFrom(w);
      Tensor x = scope.of(new double[] {1, 2, 3, 4}, 2, 2);
      GradCheck.Function linear = (tape, in) -> in[0].matmul(tape.parameter("w")).square();
      GradCheck.of("linear", linear).by(parameters).first(x).second(x);
      assertThat(values.get("w").toDoubles()).containsExactly(w);
      GradCheck.Function cut =
          (tape, in) -> in[0].matmul(tape.parameter("w").apply(new Half(2, false)));
      assertThatExceptionOfType(GradCheckException.class)
          .isThrownBy(() -> GradCheck.of("cut", cut).by(parameters).first(x))
          .withMessageStartingWith("gradcheck: cut, by w: ");
      assertThat(values.get("w").toDoubles()).containsExactly(w);
    }
  }

  @Test
  void needsDoublesAndSensibleTolerances() {
    try (Scope scope = Scope.open("test")) {
      Tensor x = scope.of(new float[] {1}, 1);
      GradCheck check = GradCheck.of("identity", (tape, in) -> in[0]);
      assertThatExceptionOfType(DTypeException.class)
          .isThrownBy(() -> check.first(x))
          .withMessage("gradcheck: input 0 of identity is F32; differences need F64");
      assertThatIllegalArgumentException().isThrownBy(() -> check.tolerance(0, 1, 1));
    }
  }
}
