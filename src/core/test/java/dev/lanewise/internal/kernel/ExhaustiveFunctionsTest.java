package dev.lanewise.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@link Functions} over all 2^32 arguments: {@code -Dlanewise.exhaustive=true}, a few minutes
 * each. Prints the worst error and a hash of all results that does not depend on their order.
 */
@EnabledIfSystemProperty(named = "lanewise.exhaustive", matches = "true")
final class ExhaustiveFunctionsTest {

  private static final int CHUNK = 1 << 20;
  private static final long MIX = 0x9e3779b97f4a7c15L;

  @ParameterizedTest
  @EnumSource
  void staysWithinTheBoundEverywhere(FunctionCase function) {
    float[] x = new float[CHUNK];
    double worst = 0;
    float at = 0;
    long hash = 0;
    for (long first = 0; first < 1L << Integer.SIZE; first += CHUNK) {
      for (int i = 0; i < CHUNK; i++) {
        x[i] = Float.intBitsToFloat((int) (first + i));
      }
      float[] y = LoopRunner.run(function.expression, Lanes.BITS, x);
      for (int i = 0; i < CHUNK; i++) {
        double error = Ulps.error(y[i], function.reference(x[i]));
        if (error > worst) {
          worst = error;
          at = x[i];
        }
        long pair = (first + i) << Integer.SIZE | Float.floatToIntBits(y[i]) & 0xffffffffL;
        hash += (pair ^ pair >>> 29) * MIX;
      }
    }
    System.out.printf("%s: worst %.4f ulps at %s, hash %016x%n", function, worst, at, hash);
    assertThat(worst).isLessThanOrEqualTo(function.maxUlps);
  }
}
