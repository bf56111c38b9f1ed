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
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Algorithms that look at whole tensors, against plain loops in binary64. */
class TensorOptimizersTest {
  private static final int ROWS = 5;
  private static final int COLUMNS = 3;
  private static final int STEPS = 12;

  /** One parameter, row by row, and its gradient; t counts from 1. */
  @FunctionalInterface
  private interface Loop {
    void step(double[] p, double[] g, int t);
  }

  private static Parameters parameters(DType dtype, Shape shape) {
    return new Parameters(TensorStore.builder(dtype).add("x", shape).build());
  }

  private static void follows(OptimizerPlan plan, Shape shape, Loop loop) {
    try (var parameters = parameters(DType.F64, shape);
        var state = plan.start(parameters)) {
      Cases.randomize(parameters.values(), 1, 1);
      double[] p = parameters.values().get("x").toDoubles();
      for (int t = 1; t <= STEPS; t++) {
        Cases.randomize(parameters.gradients(), 50 + t, 1);
        double[] g = parameters.gradients().get("x").toDoubles();
        state.step();
        loop.step(p, g, t);
        assertThat(parameters.values().get("x").toDoubles()).containsExactly(p, within(1e-11));
      }
    }
  }

  private static double norm(double[] x) {
    return Math.sqrt(Arrays.stream(x).map(v -> v * v).sum());
  }

  private static double[] map(double[] x, DoubleUnaryOperator f) {
    return Arrays.stream(x).map(f).toArray();
  }

  @Test
  void lamb() {
    double[] m = new double[ROWS * COLUMNS];
    double[] v = new double[ROWS * COLUMNS];
    follows(
        Lamb.of(0.1).weightDecay(0.2).plan(),
        Shape.of(ROWS, COLUMNS),
        (p, g, t) -> {
          double[] r = new double[p.length];
          for (int i = 0; i < p.length; i++) {
            m[i] = 0.9 * m[i] + 0.1 * g[i];
            v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
            double mean = m[i] / (1 - Math.pow(0.9, t));
            double square = v[i] / (1 - Math.pow(0.999, t));
            r[i] = mean / (Math.sqrt(square) + 1e-6) + 0.2 * p[i];
          }
          double trust = norm(p) / norm(r);
          for (int i = 0; i < p.length; i++) {
            p[i] -= 0.1 * trust * r[i];
          }
        });
  }

  private static void adafactorStep(double[] p, double[] u, int t) {
    double rms = norm(p) / Math.sqrt(p.length);
    double rate = Math.max(1e-3, rms) * Math.min(0.3, 1 / Math.sqrt(t));
    double limit = Math.max(1, norm(u) / Math.sqrt(u.length));
    for (int i = 0; i < p.length; i++) {
      p[i] = p[i] * (1 - 0.3 * 0.1) - rate / limit * u[i];
    }
  }

  @Test
  void adafactorOfAMatrix() {
    double[] rows = new double[ROWS];
    double[] columns = new double[COLUMNS];
    follows(
        Adafactor.of(0.3).weightDecay(0.1).plan(),
        Shape.of(ROWS, COLUMNS),
        (p, g, t) -> {
          double fresh = Math.pow(t, -0.8);
          for (int r = 0; r < ROWS; r++) {
            double mean = 0;
            for (int c = 0; c < COLUMNS; c++) {
              mean += g[r * COLUMNS + c] * g[r * COLUMNS + c] / COLUMNS;
            }
            rows[r] += fresh * (mean - rows[r]);
          }
          for (int c = 0; c < COLUMNS; c++) {
            double mean = 0;
            for (int r = 0; r < ROWS; r++) {
              mean += g[r * COLUMNS + c] * g[r * COLUMNS + c] / ROWS;
            }
            columns[c] += fresh * (mean - columns[c]);
          }
          double all = Arrays.stream(rows).average().orElseThrow();
          double[] u = new double[p.length];
          for (int i = 0; i < u.length; i++) {
            u[i] = g[i] / Math.sqrt(rows[i / COLUMNS] * columns[i % COLUMNS] / all);
          }
          adafactorStep(p, u, t);
        });
  }

  @Test
  void adafactorOfAVector() {
    double[] variance = new double[7];
    follows(
        Adafactor.of(0.3).weightDecay(0.1).plan(),
        Shape.of(7),
        (p, g, t) -> {
          double fresh = Math.pow(t, -0.8);
          double[] u = new double[p.length];
          for (int i = 0; i < u.length; i++) {
            variance[i] += fresh * (g[i] * g[i] - variance[i]);
            u[i] = g[i] / Math.sqrt(Math.max(variance[i], 0x1p-46));
          }
          adafactorStep(p, u, t);
        });
  }

  /** a [n, k] times b [k, m]. */
  private static double[] product(double[] a, double[] b, int n, int k, int m) {
    double[] out = new double[n * m];
    for (int i = 0; i < n * m; i++) {
      for (int j = 0; j < k; j++) {
        out[i] += a[i / m * k + j] * b[j * m + i % m];
      }
    }
    return out;
  }

  private static double[] transpose(double[] a, int rows, int columns) {
    double[] out = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      out[i % columns * rows + i / columns] = a[i];
    }
    return out;
  }

  private static Loop muonLoop(int rows, int columns) {
    double[] buffer = new double[rows * columns];
    return (p, g, t) -> {
      double[] direction = new double[p.length];
      for (int i = 0; i < p.length; i++) {
        buffer[i] = 0.95 * buffer[i] + 0.05 * g[i];
        direction[i] = 0.05 * g[i] + 0.95 * buffer[i];
      }
      boolean tall = rows > columns;
      int n = Math.min(rows, columns);
      int k = Math.max(rows, columns);
      double length = norm(direction);
      double[] x = map(tall ? transpose(direction, rows, columns) : direction, v -> v / length);
      for (int s = 0; s < 5; s++) {
        double[] a = product(x, transpose(x, n, k), n, k, n);
        double[] aa = product(a, a, n, n, n);
        double[] b = new double[a.length];
        for (int i = 0; i < b.length; i++) {
          b[i] = -4.7750 * a[i] + 2.0315 * aa[i];
        }
        double[] bx = product(b, x, n, n, k);
        for (int i = 0; i < x.length; i++) {
          x[i] = 3.4445 * x[i] + bx[i];
        }
      }
      double[] update = tall ? transpose(x, columns, rows) : x;
      double rate = 0.02 * Math.sqrt(Math.max(1, rows / (double) columns));
      for (int i = 0; i < p.length; i++) {
        p[i] = p[i] * (1 - 0.02 * 0.1) - rate * update[i];
      }
    };
  }

  @Test
  void muon() {
    follows(Muon.of(0.02).plan(), Shape.of(ROWS, COLUMNS), muonLoop(ROWS, COLUMNS));
    follows(Muon.of(0.02).plan(), Shape.of(3, 7), muonLoop(3, 7));
    follows(Muon.of(0.02).plan(), Shape.of(3, 2, 4), muonLoop(3, 8));
  }

  @Test
  void muonTrainsMatricesOnly() {
    try (var parameters = Cases.parameters(DType.F32)) {
      assertThatThrownBy(() -> Muon.of().start(parameters))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("muon: found a parameter of shape [7], expected matrices only");
    }
  }

  @Test
  void vectorsAndThreadsChangeNoBitOfMuon() {
    OptimizerPlan plan =
        Muon.of(0.1)
            .clip(Clipping.norm(1))
            .groups(
                new ParameterGroup("b", AdamW.of()),
                new ParameterGroup("s", Lookahead.of(Sgd.of(0.1))),
                new ParameterGroup("none", Lion.of()));
    List<float[]> results = new ArrayList<>();
    for (int threads : new int[] {1, 2, 3}) {
      KernelChoice kernels = threads == 1 ? KernelChoice.SCALAR : KernelChoice.VECTOR;
      try (var engine = Cases.engine(kernels, threads);
          var parameters = Cases.parameters(DType.F32);
          var state = plan.start(engine, parameters)) {
        for (int t = 0; t < 2; t++) {
          Cases.randomize(parameters.gradients(), t, 1);
          state.step();
        }
        results.add(parameters.values().flat().toFloats());
      }
    }
    assertThat(results.get(1)).isEqualTo(results.get(0));
    assertThat(results.get(2)).isEqualTo(results.get(0));
  }

  @Test
  void lookaheadSynchronizesEveryKSteps() {
    double[] fast = new double[7];
    double[] slow = new double[7];
    follows(
        new Lookahead(Sgd.of(0.1).momentum(0.5), 3, 0.25).plan(),
        Shape.of(7),
        (p, g, t) -> {
          if (t == 1) {
            System.arraycopy(p, 0, slow, 0, p.length);
          }
          for (int i = 0; i < p.length; i++) {
            fast[i] = 0.5 * fast[i] + g[i];
            p[i] -= 0.1 * fast[i];
            if (t % 3 == 0) {
              slow[i] += 0.25 * (p[i] - slow[i]);
              p[i] = slow[i];
            }
          }
        });
  }
}
