package dev.lanewise.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@link Functions#POW}: special cases against {@link StrictMath#pow}, accuracy in binary32. */
final class PowerTest {

  private static final Expr POW = Functions.POW.of(Expr.input(0), Expr.input(1));

  private static final float[] SPECIAL = {
    0f,
    -0f,
    1,
    -1,
    2,
    -2,
    3,
    -3,
    0.5f,
    -0.5f,
    1.5f,
    -1.5f,
    1e30f,
    -1e30f,
    1e-30f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN,
    0x1p22f + 0.5f,
    0x1p22f + 1.5f,
    0x1p23f + 1,
    0x1p24f - 1,
    1 - 0x1p24f,
    0x1p24f,
    0x1p25f,
    3e38f,
    1 + 0x1p-23f,
    1 - 0x1p-24f
  };

  @Test
  void specialCasesInBothPrecisions() {
    int n = SPECIAL.length * SPECIAL.length;
    float[] x = new float[n];
    float[] y = new float[n];
    double[] wideX = new double[n];
    double[] wideY = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = SPECIAL[i / SPECIAL.length];
      y[i] = SPECIAL[i % SPECIAL.length];
      wideX[i] = x[i];
      wideY[i] = y[i];
    }
    float[] single = LoopRunner.run(POW, Lanes.BITS, x, y);
    double[] wide = LoopRunner.run(POW, Lanes.BITS, wideX, wideY);
    for (int i = 0; i < n; i++) {
      double want = ieee(x[i], y[i]);
      String call = x[i] + "^" + y[i];
      assertThat(Ulps.error(single[i], want)).as(call).isLessThanOrEqualTo(2);
      assertThat(Ulps.between(wide[i], want)).as(call).isLessThanOrEqualTo(2);
    }
  }

  private static double ieee(double x, double y) {
    boolean one = x == 1 || x == -1 && Double.isInfinite(y);
    return one ? 1 : StrictMath.pow(x, y);
  }

  @Test
  void staysWithinOneUlpOverTheWholeRangeOfResults() {
    Random random = new Random(3);
    int n = 200_000;
    float[] x = new float[n];
    float[] y = new float[n];
    for (int i = 0; i < n; i++) {
      double log = i % 2 == 0 ? random.nextDouble() * 2 - 1 : random.nextDouble() * 250 - 125;
      x[i] = (float) StrictMath.pow(2, log);
      y[i] = (float) ((random.nextDouble() * 280 - 151) / log);
    }
    float[] got = LoopRunner.run(POW, Lanes.BITS, x, y);
    assertThat(got).isEqualTo(LoopRunner.run(POW, LoopCompiler.SCALAR, x, y));
    for (int i = 0; i < n; i++) {
      double error = Ulps.error(got[i], StrictMath.pow(x[i], y[i]));
      assertThat(error).as("%s^%s", x[i], y[i]).isLessThanOrEqualTo(1);
    }
  }
}
