package dev.lanewise.internal.random;

/**
 * Gamma and beta numbers by rejection (Marsaglia and Tsang 2000, A Simple Method for Generating
 * Gamma Variables). Pure functions of the key.
 */
public final class Gamma {
  private Gamma() {}

  /**
   * A number of the beta distribution with both parameters {@code alpha}: in [0, 1], symmetric
   * around a half.
   *
   * @throws IllegalArgumentException if {@code alpha} is not positive and finite
   */
  public static double symmetricBeta(RandomKey key, double alpha) {
    if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("A beta distribution needs alpha above 0, not " + alpha);
    }
    // Of small alpha both gamma numbers are too small for a double; their ratio is not.
    double difference = log(key.fold("second"), alpha) - log(key.fold("first"), alpha);
    return 1 / (1 + StrictMath.exp(difference));
  }

  /** The logarithm of a gamma number of this shape and scale 1. */
  static double log(RandomKey key, double shape) {
    if (shape < 1) {
      double uniform = 1 - key.fold("boost").uniformDouble(0); // above 0
      return log(key, shape + 1) + StrictMath.log(uniform) / shape;
    }
    RandomKey uniforms = key.fold("accept");
    double d = shape - 1.0 / 3;
    double c = 1 / (3 * StrictMath.sqrt(d));
    for (long i = 0; ; i++) {
      double x = key.normal(i);
      double v = 1 + c * x;
      if (v > 0) {
        double cube = v * v * v;
        double u = StrictMath.log(1 - uniforms.uniformDouble(i));
        if (u < 0.5 * x * x + d * (1 - cube + 3 * StrictMath.log(v))) {
          return StrictMath.log(d) + 3 * StrictMath.log(v);
        }
      }
    }
  }
}
