package dev.lanewise.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.engine.KernelChoice;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.TensorStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What is done to parameters after a step, against plain loops. */
class ConstraintTest {
  private static final double LR = 0.5;

  /** Rows of three after a step with the gradients g. */
  private static double[] after(Constraint constraint, double[] p, double[] g) {
    var store =
        TensorStore.builder(DType.F64)
            .add("free", Shape.of(2))
            .add("w", Shape.of(p.length / 3, 3, 1))
            .build();
    try (var parameters = new Parameters(store);
        var state = Sgd.of(LR).plan().constrain(constraint).start(parameters)) {
      parameters.values().get("w").copyFrom(p);
      parameters.gradients().get("w").copyFrom(g);
      parameters.values().get("free").fill(-9);
      state.step();
      assertThat(parameters.values().get("free").toDoubles()).containsOnly(-9);
      assertThat(Cases.padding(parameters.values())).isZero();
      return parameters.values().get("w").toDoubles();
    }
  }

  private static double norm(double[] row) {
    return Math.sqrt(Arrays.stream(row).map(x -> x * x).sum());
  }

  private static void rows(Constraint constraint, UnaryOperator<double[]> expected) {
    double[] p = {3, -4, 0, 0.3, 0.2, -0.1, 0, 0, 0, -1, 1, 2};
    double[] g = {0, 0, 0, 0, 0, 0, 0, 0, 0, 1, -1, 2};
    double[] actual = after(constraint, p, g);
    for (int r = 0; r < p.length; r += 3) {
      double[] row = new double[3];
      for (int c = 0; c < 3; c++) {
        row[c] = p[r + c] - LR * g[r + c];
      }
      assertThat(Arrays.copyOfRange(actual, r, r + 3))
          .containsExactly(expected.apply(row), within(1e-14));
    }
  }

  private static double[] scaled(double[] row, double factor) {
    return Arrays.stream(row).map(x -> x * factor).toArray();
  }

  @Test
  void proximalL1LeavesExactZeros() {
    double[] p = {3, -4, 0.4, -0.5, 0.5, -0.6};
    double[] g = {2, 0, 0, 0, 0, 0};
    double[] actual = after(new Constraint.ProximalL1("w", 1), p, g);
    assertThat(actual).containsExactly(new double[] {1.5, -3.5, 0, 0, 0, -0.1}, within(1e-15));
    assertThat(Double.doubleToRawLongBits(actual[3])).isZero();
  }

  @Test
  void groupLassoLeavesExactZeroRows() {
    double threshold = LR * 0.5 * Math.sqrt(3);
    rows(
        new Constraint.GroupLasso("w", 0.5),
        row -> scaled(row, norm(row) <= threshold ? 0 : 1 - threshold / norm(row)));
  }

  @Test
  void maxNormShortensRows() {
    rows(new Constraint.MaxNorm("w", 2), row -> scaled(row, norm(row) <= 2 ? 1 : 2 / norm(row)));
  }

  @Test
  void unitNormKeepsZeros() {
    rows(new Constraint.UnitNorm("w"), row -> scaled(row, norm(row) == 0 ? 0 : 1 / norm(row)));
  }

  @Test
  void nonNegative() {
    rows(
        new Constraint.NonNegative("w"),
        row -> Arrays.stream(row).map(x -> Math.max(x, 0)).toArray());
  }

  @Test
  void vectorsAndThreadsChangeNoBit() {
    List<float[]> results = new ArrayList<>();
    for (int threads : new int[] {1, 2, 3}) {
      KernelChoice kernels = threads == 1 ? KernelChoice.SCALAR : KernelChoice.VECTOR;
      try (var engine = Cases.engine(kernels, threads);
          var parameters = Cases.parameters(DType.F32);
          var state =
              Adam.of(0.1)
                  .plan()
                  .constrain(
                      new Constraint.ProximalL1("*", 0.1),
                      new Constraint.GroupLasso("w", 0.01),
                      new Constraint.MaxNorm("*", 9))
                  .start(engine, parameters)) {
        Cases.randomize(parameters.gradients(), 2, 1);
        state.step();
        results.add(parameters.values().flat().toFloats());
      }
    }
    assertThat(results.get(1)).isEqualTo(results.get(0));
    assertThat(results.get(2)).isEqualTo(results.get(0));
  }

  @Test
  void aConstraintOnNothingIsRefused() {
    try (var parameters = Cases.parameters(DType.F32)) {
      assertThatThrownBy(
              () -> Sgd.of(1).plan().constrain(new Constraint.UnitNorm("x*")).start(parameters))
          .hasMessageStartingWith("no parameter matches \"x*\"");
    }
  }
}
