package dev.lanewise.bench;

import dev.lanewise.internal.kernel.Kernels;
import dev.lanewise.internal.kernel.MatMulProvider;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.ServiceLoader;
import java.util.SplittableRandom;

/** What the suites start from: kernels by name, synthetic data, a check against the reference. */
final class Fixture {
  private Fixture() {}

  /** The set of kernels {@code scalar}, {@code vector} or a provider's. */
  static Kernels kernels(String name) {
    return switch (name) {
      case "scalar" -> Kernels.scalar();
      case "vector" -> Kernels.vector();
      default -> Kernels.vector().with(provider(name));
    };
  }

  private static MatMulProvider provider(String name) {
    return ServiceLoader.load(MatMulProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no kernels named " + name));
  }

  /** F32 in [-1, 1), the same for the same shape. */
  static Tensor random(Scope scope, long... dims) {
    long size = Arrays.stream(dims).reduce(1, Math::multiplyExact);
    SplittableRandom random = new SplittableRandom(Arrays.hashCode(dims));
    float[] values = new float[Math.toIntExact(size)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return scope.of(values, dims);
  }

  /**
   * Refuses to time a kernel that computes something else.
   *
   * @param tolerance absolute; 0 asks for the same bits
   */
  static void check(Tensor found, Tensor expected, double tolerance) {
    float[] f = found.toFloats();
    float[] e = expected.toFloats();
    for (int i = 0; i < e.length; i++) {
      boolean same = Float.floatToIntBits(f[i]) == Float.floatToIntBits(e[i]);
      if (!same && !(Math.abs(f[i] - e[i]) <= tolerance)) {
        throw new IllegalStateException(
            "element %d is %s, by the reference %s".formatted(i, f[i], e[i]));
      }
    }
  }
}
