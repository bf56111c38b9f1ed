package dev.lanewise.internal.kernel;

import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * The vector width of this process and its species, the single place that chooses them.
 *
 * <p>The width is the widest one the hardware prefers, or that of the system property {@value
 * #PROPERTY} (128, 256 or 512), so that a wide machine can test the narrow paths. Results never
 * depend on it.
 */
public final class Lanes {

  /** The system property that overrides the width, in bits. */
  public static final String PROPERTY = "lanewise.vector.bits";

  /** Width of a vector register in bits. */
  public static final int BITS = bits(System.getProperty(PROPERTY));

  /** Width of a vector register in bytes. */
  public static final int BYTES = BITS / Byte.SIZE;

  private static final VectorShape SHAPE = VectorShape.forBitSize(BITS);

  /** Lanes of {@code float}. */
  public static final VectorSpecies<Float> F32 = VectorSpecies.of(float.class, SHAPE);

  /** Lanes of {@code double}. */
  public static final VectorSpecies<Double> F64 = VectorSpecies.of(double.class, SHAPE);

  /** Lanes of {@code int}, as many as of {@code float}. */
  public static final VectorSpecies<Integer> I32 = VectorSpecies.of(int.class, SHAPE);

  /** Lanes of {@code long}, as many as of {@code double}. */
  public static final VectorSpecies<Long> I64 = VectorSpecies.of(long.class, SHAPE);

  private Lanes() {}

  /**
   * Whether what is left beside whole vectors of {@code bits} bits is computed by masks. Vectors of
   * 128 bits leave little, and may be those of a machine without masks.
   */
  public static boolean masks(int bits) {
    return bits > 128;
  }

  /**
   * The width to use.
   *
   * @param override the value of {@link #PROPERTY}, or null for the preferred width
   * @throws IllegalArgumentException if the override is no width of this machine
   */
  static int bits(@Nullable String override) {
    int preferred = Math.clamp(VectorShape.preferredShape().vectorBitSize(), 128, 512);
    if (override == null) {
      return preferred;
    }
    if (!override.matches("128|256|512") || Integer.parseInt(override) > preferred) {
      throw new IllegalArgumentException(
          "-D%s=%s is not possible here: use 128, 256 or 512, at most %d on this machine."
              .formatted(PROPERTY, override, preferred));
    }
    return Integer.parseInt(override);
  }
}
