package dev.lanewise.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Window;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SequentialTest {

  static List<Window> windows() {
    return List.of(
        Window.of(2).stride(2), Window.of(3).stride(2).padding(1), Window.of(3), Window.of(1));
  }

  /** Few different values, so that maxima are attained often more than once, and at 0. */
  private static Tensor image(Scope scope) {
    Random random = new Random(4);
    float[] values = new float[2 * 3 * 9 * 10];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(-6, 3) / 2f;
    }
    return scope.of(values, 2, 3, 9, 10);
  }

  /** The result and the gradient, whose seed is different for each element. */
  private static List<float[]> run(UnaryOperator<Var> net) {
    try (Tape tape = Tape.open()) {
      Var x = tape.variable(image(tape.scope()));
      Var y = net.apply(x);
      float[] seed = new float[(int) y.shape().size()];
      for (int i = 0; i < seed.length; i++) {
        seed[i] = 1 + i;
      }
      tape.backward(y, tape.scope().of(seed, y.shape().dims()));
      float[] gradient = tape.gradient(x).toFloats();
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] += 0; // -0 is 0
      }
      return List.of(y.tensor().toFloats(), gradient);
    }
  }

  @ParameterizedTest
  @MethodSource("windows")
  void aRectifierAndAMaximumMayChangePlaces(Window window) {
    List<float[]> found;
    try (Sequential net = Sequential.of(Layers.relu(), MaxPool2d.of(window))) {
      found = run(x -> net.forward(Forward.evaluation(x.tape()), x));
    }
    List<float[]> expected = run(x -> Convolution.maxPool2d(x.relu(), window, window));
    assertThat(found.get(0)).isEqualTo(expected.get(0));
    assertThat(found.get(1)).isEqualTo(expected.get(1));
  }
}
