package dev.lanewise.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Tensor;
import java.util.function.Function;

/** Compares the gradients of a network's parameters with differences of its loss. */
final class ParameterCheck {
  private static final double STEP = 1e-5;

  private ParameterCheck() {}

  /** Checks each element of each parameter, in F64, to {@code tolerance}. */
  static void check(Sequential model, double tolerance, Function<Tape, Var> loss) {
    try (var tape = Tape.open(model.store())) {
      tape.backward(loss.apply(tape));
      Tensor values = model.store().values().flat();
      double[] gradients = model.store().gradients().flat().toDoubles();
      for (int i = 0; i < gradients.length; i++) {
        double before = values.getDouble(i);
        values.setDouble(before + STEP, i);
        tape.reset();
        double above = loss.apply(tape).item();
        values.setDouble(before - STEP, i);
        tape.reset();
        double below = loss.apply(tape).item();
        values.setDouble(before, i);
        assertThat(gradients[i])
            .as("parameter element %d", i)
            .isCloseTo((above - below) / (2 * STEP), within(tolerance));
      }
    }
  }
}
