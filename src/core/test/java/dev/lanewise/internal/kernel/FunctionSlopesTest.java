package dev.lanewise.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Derivatives of {@link Functions}: against differences, and far out where they must not be NaN.
 */
final class FunctionSlopesTest {

  private static final Expr X = Expr.input(0);
  private static final Expr Y = Expr.input(1);
  private static final double STEP = 1e-3;

  /** Of the differences below: their own error is about 1e-12. */
  private static final double TOLERANCE = 1e-10;

  private static Map<String, Expr> smooth() {
    Map<String, Expr> functions = new TreeMap<>();
    for (FunctionCase function : FunctionCase.values()) {
      functions.put(function.name(), function.expression);
    }
    functions.put("logSigmoid", Functions.logSigmoid(X));
    functions.put("silu", Functions.silu(X));
    functions.put("mish", Functions.mish(X));
    functions.put("geluErf", Functions.geluErf(X));
    functions.put("geluTanh", Functions.geluTanh(X));
    return functions;
  }

  static Stream<String> names() {
    return smooth().keySet().stream();
  }

  static Stream<String> activations() {
    return Stream.of(
        "SIGMOID", "TANH", "ERF", "SOFTPLUS", "logSigmoid", "silu", "mish", "geluErf", "geluTanh");
  }

  @ParameterizedTest
  @MethodSource("names")
  void slopeIsTheLimitOfDifferences(String name) {
    Expr f = smooth().get(name);
    double[] points = {0.6, 0.9, 1.3, 2.1, 3.7};
    double[] slopes = LoopRunner.run(f.derivative(0), Lanes.BITS, points);
    double[] curvatures = LoopRunner.run(f.derivative(0).derivative(0), Lanes.BITS, points);
    for (int i = 0; i < points.length; i++) {
      double slope = difference(f, points[i]);
      assertThat(slopes[i]).isCloseTo(slope, within(TOLERANCE * (1 + Math.abs(slope))));
      double curvature = difference(f.derivative(0), points[i]);
      assertThat(curvatures[i]).isCloseTo(curvature, within(TOLERANCE * (1 + Math.abs(curvature))));
    }
  }

  /** The central difference of fourth order. */
  private static double difference(Expr f, double x) {
    double[] at = {x - 2 * STEP, x - STEP, x + STEP, x + 2 * STEP};
    double[] y = LoopRunner.run(f, LoopCompiler.SCALAR, at);
    return (y[0] - 8 * y[1] + 8 * y[2] - y[3]) / (12 * STEP);
  }

  @ParameterizedTest
  @MethodSource("activations")
  void farOutValuesAndSlopesAreFinite(String name) {
    Expr f = smooth().get(name);
    float[] x = {-3e38f, -1e20f, -1e5f, -200, -30, -10, 10, 30, 200, 1e5f, 1e20f, 3e38f};
    assertThat(LoopRunner.run(f, Lanes.BITS, x)).doesNotContain(Float.NaN);
    float[] slopes = LoopRunner.run(f.derivative(0), Lanes.BITS, x);
    for (float slope : slopes) {
      assertThat(slope).isBetween(-0.1f, 1.1f);
    }
  }

  @Test
  void geluAndMishKeepTheDigitsOfTheNegativeTail() {
    double[] x = {-8};
    assertThat(LoopRunner.run(Functions.geluTanh(X), Lanes.BITS, x)[0])
        .isCloseTo(
            -8 / (1 + StrictMath.exp(1.5957691216057308 * (8 + 0.044715 * 512))), within(1e-32));
    double u = StrictMath.exp(-8);
    assertThat(LoopRunner.run(Functions.mish(X), Lanes.BITS, x)[0])
        .isCloseTo(-8 * u * (u + 2) / (u * (u + 2) + 2), within(1e-17));
  }

  @Test
  void slopesOfPower() {
    Expr pow = Functions.POW.of(X, Y);
    double[] x = {0.3, 2.5, 4, -2, 0, 0, 3, 0};
    double[] y = {2.2, -1.5, 0.5, 3, 2, 1, 0, 0};
    double[] byBase = LoopRunner.run(pow.derivative(0), Lanes.BITS, x, y);
    double[] byExponent = LoopRunner.run(pow.derivative(1), Lanes.BITS, x, y);
    for (int i = 0; i < x.length; i++) {
      double slope = y[i] == 0 ? 0 : y[i] * StrictMath.pow(x[i], y[i] - 1);
      assertThat(byBase[i]).isCloseTo(slope, within(1e-14 * Math.abs(slope)));
      double growth = x[i] == 0 ? 0 : StrictMath.pow(x[i], y[i]) * StrictMath.log(x[i]);
      if (x[i] < 0) {
        assertThat(byExponent[i]).isNaN();
      } else {
        assertThat(byExponent[i]).isCloseTo(growth, within(1e-14 * Math.abs(growth)));
      }
    }
  }
}
