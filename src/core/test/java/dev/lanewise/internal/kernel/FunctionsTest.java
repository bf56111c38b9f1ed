package dev.lanewise.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Accuracy of {@link Functions} in binary32, and that every way to evaluate them agrees. */
final class FunctionsTest {

  /** Of either sign. */
  private static final int BINADES = 512;

  private static final int PER_BINADE = 160;
  private static final int MANTISSA_BITS = 23;
  private static final float INFINITY = Float.POSITIVE_INFINITY;

  @ParameterizedTest
  @EnumSource
  void staysWithinTheBoundInEveryBinade(FunctionCase function) {
    float[] x = sample();
    float[] y = LoopRunner.run(function.expression, Lanes.BITS, x);
    double worst = 0;
    int at = 0;
    for (int i = 0; i < x.length; i++) {
      double error = Ulps.error(y[i], function.reference(x[i]));
      if (error > worst) {
        worst = error;
        at = i;
      }
    }
    assertThat(worst)
        .as("error of %s(%s) = %s", function, x[at], y[at])
        .isLessThanOrEqualTo(function.maxUlps);
  }

  @ParameterizedTest
  @EnumSource
  void scalarTwinGivesTheSameBits(FunctionCase function) {
    float[] x = sample();
    double[] wide = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      wide[i] = x[i] * 1.1;
    }
    Expr expression = function.expression;
    assertThat(LoopRunner.run(expression, Lanes.BITS, x))
        .isEqualTo(LoopRunner.run(expression, LoopCompiler.SCALAR, x));
    assertThat(LoopRunner.run(expression, Lanes.BITS, wide))
        .isEqualTo(LoopRunner.run(expression, LoopCompiler.SCALAR, wide));
  }

  @ParameterizedTest
  @EnumSource
  void interpreterGivesTheSameBits(FunctionCase function) {
    float[] x = sample();
    float[] y = LoopRunner.run(function.expression, Lanes.BITS, x);
    for (int i = 0; i < x.length; i += 97) {
      double value =
          function.expression.evaluate(Precision.F32, new double[] {x[i]}, new double[0]);
      assertThat(Float.floatToIntBits((float) value))
          .as("%s(%s) = %s, compiled %s", function, x[i], value, y[i])
          .isEqualTo(Float.floatToIntBits(y[i]));
    }
  }

  /** All exponents of both signs with the ends of each binade: zeros, infinities, NaN included. */
  private static float[] sample() {
    Random random = new Random(7);
    float[] x = new float[BINADES * PER_BINADE];
    for (int i = 0; i < x.length; i++) {
      int mantissa =
          switch (i % PER_BINADE) {
            case 0 -> 0;
            case 1 -> 1;
            case 2 -> (1 << MANTISSA_BITS) - 1;
            default -> random.nextInt(1 << MANTISSA_BITS);
          };
      x[i] = Float.intBitsToFloat(i / PER_BINADE << MANTISSA_BITS | mantissa);
    }
    return x;
  }

  @Test
  void exponentialFadesThroughTheSubnormals() {
    assertThat(of(FunctionCase.EXP, 88.7229f, -103.9f, -104.1f))
        .containsExactly(INFINITY, Float.MIN_VALUE, 0);
    assertThat(of(FunctionCase.EXP, 88.7228f, -103f)).doesNotContain(INFINITY, 0);
  }

  @Test
  void logarithmOfTheEndsOfItsDomain() {
    assertThat(of(FunctionCase.LOG, 0f, -0f, INFINITY, Float.MIN_VALUE))
        .containsExactly(-INFINITY, -INFINITY, INFINITY, -103.27893f);
    assertThat(of(FunctionCase.LOG, -Float.MIN_VALUE, -1f, -INFINITY)).containsOnly(Float.NaN);
    assertThat(of(FunctionCase.LOG1P, -1f, INFINITY)).containsExactly(-INFINITY, INFINITY);
    assertThat(of(FunctionCase.LOG1P, -1.0000001f, -INFINITY)).containsOnly(Float.NaN);
  }

  @Test
  void anglesAreExactAtZeroAndRefusedBeyondTheLimit() {
    assertThat(of(FunctionCase.COS, 0f, -0f)).containsOnly(1);
    float beyond = Math.nextUp(FunctionCase.ANGLE_LIMIT);
    assertThat(of(FunctionCase.SIN, beyond, -beyond, INFINITY)).containsOnly(Float.NaN);
    assertThat(of(FunctionCase.COS, beyond, -beyond, INFINITY)).containsOnly(Float.NaN);
  }

  private static float[] of(FunctionCase function, float... x) {
    return LoopRunner.run(function.expression, Lanes.BITS, x);
  }
}
