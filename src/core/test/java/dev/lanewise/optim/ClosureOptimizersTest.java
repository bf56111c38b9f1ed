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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** SAM and L-BFGS. */
class ClosureOptimizersTest {

  /** Rosenbrock's valley, the sum over neighbours; minimum 0 where all are 1. */
  private static double valley(double[] x, double[] gradient) {
    double sum = 0;
    for (int i = 0; i + 1 < x.length; i++) {
      double across = x[i + 1] - x[i] * x[i];
      double along = 1 - x[i];
      sum += 100 * across * across + along * along;
      gradient[i] += -400 * across * x[i] - 2 * along;
      gradient[i + 1] += 200 * across;
    }
    return sum;
  }

  private static double evaluate(Parameters parameters) {
    double[] gradient = new double[(int) parameters.values().get("x").size()];
    double loss = valley(parameters.values().get("x").toDoubles(), gradient);
    parameters.gradients().get("x").copyFrom(gradient);
    return loss;
  }

  private static Parameters parameters(DType dtype, int size) {
    var parameters = new Parameters(TensorStore.builder(dtype).add("x", Shape.of(size)).build());
    parameters.values().get("x").fill(-1.2);
    return parameters;
  }

  @Test
  void samStepsAlongTheGradientNearby() {
    for (boolean adaptive : new boolean[] {false, true}) {
      try (var parameters = parameters(DType.F64, 4);
          var state = new Sam(Sgd.of(1e-4).momentum(0.5), 0.1, adaptive).start(parameters)) {
        double[] p = {-1.2, -1.2, -1.2, -1.2};
        double[] buffer = new double[4];
        for (int t = 0; t < 10; t++) {
          double loss = state.step(() -> evaluate(parameters));
          double[] g = new double[4];
          assertThat(loss).isCloseTo(valley(p, g), within(1e-9));
          double squares = 0;
          for (int i = 0; i < 4; i++) {
            squares += Math.pow(adaptive ? p[i] * g[i] : g[i], 2);
          }
          double[] near = new double[4];
          for (int i = 0; i < 4; i++) {
            near[i] = p[i] + 0.1 * (adaptive ? p[i] * p[i] : 1) * g[i] / Math.sqrt(squares);
          }
          double[] second = new double[4];
          valley(near, second);
          for (int i = 0; i < 4; i++) {
            buffer[i] = 0.5 * buffer[i] + second[i];
            p[i] -= 1e-4 * buffer[i];
          }
          assertThat(parameters.values().get("x").toDoubles()).containsExactly(p, within(1e-10));
        }
        assertThat(state.steps()).isEqualTo(10);
      }
    }
  }

  @Test
  void lbfgsFindsTheEndOfTheValley() {
    try (var parameters = parameters(DType.F64, 10);
        var state = new Lbfgs(1, 20, 25, 1e-7, 1e-15, 10).start(parameters)) {
      double loss = 0;
      for (int t = 0; t < 10; t++) {
        loss = state.step(() -> evaluate(parameters));
      }
      assertThat(loss).isLessThan(1e-12);
      assertThat(parameters.values().get("x").toDoubles())
          .containsExactly(new double[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, within(1e-6));
    }
  }

  /** The inverse Hessian as a dense matrix, updated pair by pair, with the same line search. */
  @Test
  void lbfgsTakesTheStepsOfDenseBfgs() {
    int n = 5;
    int iterations = 7;
    try (var parameters = parameters(DType.F64, n);
        var state = Lbfgs.of().maxIter(iterations).start(parameters)) {
      double[] x = parameters.values().get("x").toDoubles();
      double[] g = new double[n];
      double[] f = {valley(x, g)};
      double[][] pairsS = new double[iterations][];
      double[][] pairsY = new double[iterations][];
      for (int k = 0; k < iterations; k++) {
        double[][] h = inverse(n, k, pairsS, pairsY);
        double[] d = new double[n];
        double sum = 0;
        double slope = 0;
        for (int i = 0; i < n; i++) {
          for (int j = 0; j < n; j++) {
            d[i] -= h[i][j] * g[j];
          }
          sum += Math.abs(g[i]);
          slope += d[i] * g[i];
        }
        double[] from = x.clone();
        StrongWolfe.Line line =
            t -> {
              double[] at = new double[n];
              double[] gradient = new double[n];
              for (int i = 0; i < n; i++) {
                at[i] = from[i] + t * d[i];
              }
              double value = valley(at, gradient);
              double along = 0;
              for (int i = 0; i < n; i++) {
                along += gradient[i] * d[i];
              }
              return new StrongWolfe.Point(t, value, along);
            };
        double first = k == 0 ? Math.min(1, 1 / sum) : 1;
        double t =
            new StrongWolfe(line, new StrongWolfe.Point(0, f[0], slope), 1e-12).search(first).t();
        assertThat(line.at(t).value()).isLessThan(f[0] + 1e-4 * t * slope);
        assertThat(Math.abs(line.at(t).slope())).isLessThan(-0.9 * slope);
        double[] after = new double[n];
        for (int i = 0; i < n; i++) {
          x[i] = from[i] + t * d[i];
        }
        f[0] = valley(x, after);
        pairsS[k] = new double[n];
        pairsY[k] = new double[n];
        for (int i = 0; i < n; i++) {
          pairsS[k][i] = x[i] - from[i];
          pairsY[k][i] = after[i] - g[i];
        }
        g = after;
      }
      state.step(() -> evaluate(parameters));
      assertThat(parameters.values().get("x").toDoubles()).containsExactly(x, within(1e-8));
    }
  }

  /** H = V^T H V + rho s s^T for each pair, from H = (s y / y y) I of the last. */
  private static double[][] inverse(int n, int pairs, double[][] s, double[][] y) {
    double[][] h = new double[n][n];
    double scale = 1;
    if (pairs > 0) {
      scale = dot(s[pairs - 1], y[pairs - 1]) / dot(y[pairs - 1], y[pairs - 1]);
    }
    for (int i = 0; i < n; i++) {
      h[i][i] = scale;
    }
    for (int k = 0; k < pairs; k++) {
      double rho = 1 / dot(s[k], y[k]);
      double[][] v = new double[n][n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          v[i][j] = (i == j ? 1 : 0) - rho * y[k][i] * s[k][j];
        }
      }
      double[][] next = new double[n][n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          next[i][j] = rho * s[k][i] * s[k][j];
          for (int a = 0; a < n; a++) {
            for (int b = 0; b < n; b++) {
              next[i][j] += v[a][i] * h[a][b] * v[b][j];
            }
          }
        }
      }
      h = next;
    }
    return h;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  static List<Optimizer> algorithms() {
    return List.of(Sam.of(AdamW.of()), Lbfgs.of().maxIter(3).historySize(2), Lbfgs.of().maxIter(1));
  }

  /** Half the squared distance to {@code target}, weighted, so that it is no sphere. */
  private static double bowl(Parameters parameters, float[] target) {
    float[] x = parameters.values().flat().toFloats();
    double loss = 0;
    float[] g = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      g[i] = (1 + i % 3) * (x[i] - target[i]);
      loss += 0.5 * g[i] * (x[i] - target[i]);
    }
    parameters.gradients().flat().copyFrom(g);
    return loss;
  }

  @Test
  void vectorsThreadsAndResumingChangeNoBit() {
    for (Optimizer optimizer : algorithms()) {
      OptimizerPlan plan = optimizer.regularize(Regularizer.l2(1e-3));
      List<float[]> results = new ArrayList<>();
      for (int threads : new int[] {1, 2, 3}) {
        KernelChoice kernels = threads == 1 ? KernelChoice.SCALAR : KernelChoice.VECTOR;
        try (var engine = Cases.engine(kernels, threads);
            var parameters = Cases.parameters(DType.F32);
            var first = plan.start(engine, parameters);
            var second = plan.start(engine, parameters)) {
          float[] target = new float[(int) parameters.values().flat().size()];
          first.step(() -> bowl(parameters, target));
          first.step(() -> bowl(parameters, target));
          Map<String, String> numbers = new TreeMap<>();
          first.save(numbers);
          OptimizerState next = first;
          if (threads == 3) {
            second.restore(numbers);
            first
                .slots()
                .forEach((name, slot) -> second.slots().get(name).flat().copyFrom(slot.flat()));
            next = second;
          }
          OptimizerState last = next;
          last.step(() -> bowl(parameters, target));
          assertThat(last.steps()).isEqualTo(3);
          results.add(parameters.values().flat().toFloats());
        }
      }
      assertThat(results.get(1)).as("%s", optimizer).isEqualTo(results.get(0));
      assertThat(results.get(2)).as("%s", optimizer).isEqualTo(results.get(0));
    }
  }

  @Test
  void aStepThatFailsLeavesTheParameters() {
    for (Optimizer optimizer : algorithms()) {
      try (var parameters = parameters(DType.F64, 4);
          var state = optimizer.start(parameters)) {
        double loss = evaluate(parameters);
        double[] before = parameters.values().get("x").toDoubles();
        assertThatThrownBy(
                () ->
                    state.step(
                        loss,
                        () -> {
                          throw new ArithmeticException("no loss there");
                        }))
            .isInstanceOf(ArithmeticException.class);
        assertThat(parameters.values().get("x").toDoubles()).isEqualTo(before);
        assertThat(state.steps()).isZero();
      }
    }
  }

  @Test
  void impossibleUsesAreRefused() {
    try (var parameters = parameters(DType.F64, 4);
        var state = Lbfgs.of().start(parameters)) {
      assertThatThrownBy(state::step)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("use step(closure)");
    }
    assertThatThrownBy(() -> Lbfgs.of().clip(Clipping.norm(1)))
        .hasMessageContaining("L-BFGS with parameter groups or clipping");
    assertThatThrownBy(() -> Sam.of(Lbfgs.of())).hasMessageStartingWith("base: found Lbfgs");
    assertThatThrownBy(() -> new ParameterGroup("*", Sam.of(Sgd.of(1))))
        .hasMessageStartingWith("groups: found Sam");
  }
}
