package dev.lanewise.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Initial values: their distribution, what they depend on, and their frozen bits. */
final class InitializerTest {

  private static final int OUT = 160;
  private static final int IN = 40;
  private static final int COUNT = OUT * IN * 3 * 3;

  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  private double[] values(Initializer initializer, long seed, String name, DType dtype) {
    Tensor t = scope.allocate(dtype, Shape.of(OUT, IN, 3, 3));
    initializer.fill(t, seed, name);
    return t.toDoubles();
  }

  /** Initializer, mean, standard deviation, and the bound of a uniform one (0: normal). */
  static Stream<Arguments> distributions() {
    double fanIn = IN * 9;
    double fanOut = OUT * 9;
    double kaiming = Math.sqrt(2 / fanIn);
    double xavier = Math.sqrt(2 / (fanIn + fanOut));
    double third = Math.sqrt(3);
    return Stream.of(
        Arguments.of(new Initializer.Uniform(-1, 3), 1, 4 / Math.sqrt(12), 2),
        Arguments.of(new Initializer.Normal(2, 0.5), 2, 0.5, 0),
        Arguments.of(Initializer.kaimingUniform(), 0, kaiming, kaiming * third),
        Arguments.of(Initializer.kaimingNormal(), 0, kaiming, 0),
        Arguments.of(Initializer.xavierUniform(), 0, xavier, xavier * third),
        Arguments.of(Initializer.xavierNormal(), 0, xavier, 0),
        Arguments.of(new Initializer.KaimingUniform(1), 0, kaiming / Math.sqrt(2), 0.0912871),
        Arguments.of(new Initializer.XavierNormal(3), 0, 3 * xavier, 0));
  }

  @ParameterizedTest
  @MethodSource("distributions")
  void valuesAreDistributedAsNamed(Initializer initializer, double mean, double std, double bound) {
    double[] x = values(initializer, 1, "weight", DType.F32);
    double average = Arrays.stream(x).average().orElseThrow();
    double variance = Arrays.stream(x).map(v -> v - average).map(v -> v * v).sum() / COUNT;
    assertThat(average).isCloseTo(mean, within(5 * std / Math.sqrt(COUNT)));
    assertThat(Math.sqrt(variance)).isCloseTo(std, within(0.02 * std));
    double extreme = Arrays.stream(x).map(v -> Math.abs(v - mean)).max().orElseThrow();
    if (bound > 0) {
      assertThat(extreme).isBetween(0.999 * bound, bound * (1 + 1e-6));
    } else {
      assertThat(extreme).isBetween(3.5 * std, 6.5 * std);
      long inside = Arrays.stream(x).filter(v -> Math.abs(v - mean) < std).count();
      assertThat((double) inside / COUNT).as("within one sigma").isCloseTo(0.6827, within(0.01));
    }
  }

  @Test
  void constantsAreConstant() {
    assertThat(values(Initializer.zeros(), 1, "bias", DType.F32)).containsOnly(0);
    assertThat(values(new Initializer.Constant(1.5), 1, "bias", DType.F64)).containsOnly(1.5);
  }

  @Test
  void valuesDependOnSeedAndNameOnly() {
    var normal = Initializer.kaimingNormal();
    double[] x = values(normal, 1, "0.weight", DType.F64);
    assertThat(values(normal, 1, "0.weight", DType.F64)).isEqualTo(x);
    for (double[] other :
        new double[][] {
          values(normal, 2, "0.weight", DType.F64), values(normal, 1, "1.weight", DType.F64)
        }) {
      double correlation = 0;
      for (int i = 0; i < x.length; i++) {
        correlation += x[i] * other[i];
      }
      correlation /= Arrays.stream(x).map(v -> v * v).sum();
      assertThat(correlation).isCloseTo(0, within(5 / Math.sqrt(COUNT)));
    }
    double[] single = values(normal, 1, "0.weight", DType.F32);
    for (int i = 0; i < x.length; i++) {
      assertThat(single[i]).isEqualTo((float) x[i]);
    }
  }

  @Test
  void oneAxisCountsAsBothFans() {
    Tensor bias = scope.allocate(DType.F64, Shape.of(10_000));
    new Initializer.KaimingUniform(1).fill(bias, 1, "bias");
    assertThat(Arrays.stream(bias.toDoubles()).map(Math::abs).max().orElseThrow())
        .isCloseTo(Math.sqrt(3.0 / 10_000), within(1e-4));
    Tensor scalar = scope.allocate(DType.F64, Shape.scalar());
    Initializer.xavierUniform().fill(scalar, 1, "scale");
    assertThat(Math.abs(scalar.getDouble())).isLessThan(Math.sqrt(3));
    Initializer.xavierNormal().fill(scope.allocate(DType.F32, Shape.of(3, 0)), 1, "empty");
  }

  /** Changing a bit of these is changing rng-v1. */
  @Test
  void firstValuesAreFrozen() {
    Tensor t = scope.allocate(DType.F64, Shape.of(4));
    new Initializer.Uniform(-1, 1).fill(t, 42, "0.weight");
    assertThat(t.toDoubles())
        .containsExactly(
            -0.013005520556050865, -0.5068363390733746, 0.5866155688041756, -0.9070684257504511);
    new Initializer.Normal(0, 1).fill(t, 42, "0.weight");
    assertThat(t.toDoubles())
        .containsExactly(
            -0.016300724634709274, -0.6852856885471967, 0.8179522888920203, -1.6801323177354637);
  }
}
