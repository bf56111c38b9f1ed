package dev.lanewise.internal.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The golden values come from an independent implementation of rng-v1; they never change. */
final class RandomKeyTest {

  private static final RandomKey KEY = RandomKey.ofSeed(42);

  @Test
  void keysAreFrozen() {
    assertThat(RandomKey.ofSeed(0).value()).isEqualTo(0x189103E441B022F8L);
    assertThat(RandomKey.ofSeed(-1).value()).isEqualTo(0xC2AB5C0E6418BBFFL);
    assertThat(KEY.value()).isEqualTo(0xE5FB2334376CDF08L);
    assertThat(KEY.fold("dropout").value()).isEqualTo(0x4AA52DAA07F829E3L);
    assertThat(KEY.fold("").value()).isEqualTo(0x3BC587BCB9A3FDA3L);
    assertThat(KEY.fold("\u00e9\ud83d\ude00").value()).isEqualTo(0x36BDC6B0D38ACED1L);
    assertThat(KEY.fold(7).value()).isEqualTo(0x2E7C55CB6227B0DBL);
    assertThat(KEY.fold(-1).value()).isEqualTo(0x4F1693A8C404FB72L);
  }

  @Test
  void integerDrawsAreFrozen() {
    long[] elements = {0, 1, 2, 3, 31, 32, (1L << 34) + 5, -1};
    int[] bits = {
      0xD43A0A43, 0x2578BA5D, 0x3C41EDA6, 0x16A7EE51, 0x6AF761C6, 0xF704CEE2, 0x01DE2703, 0x2D7F21BA
    };
    for (int i = 0; i < bits.length; i++) {
      assertThat(KEY.bits(elements[i])).isEqualTo(bits[i]);
    }
    long[] below = {1, 0, 2, 5, 6, 5, 5, 4, 8, 0, 0, 0};
    for (int i = 0; i < below.length; i++) {
      assertThat(KEY.below(10, i)).isEqualTo(below[i]);
    }
    assertThat(KEY.below(Long.MAX_VALUE, 0)).isEqualTo(1350056444381955361L);
  }

  @Test
  void manyBitsAreFrozen() {
    long hash = 0xCBF29CE484222325L;
    for (int e = 0; e < 4096; e++) {
      hash = (hash ^ Integer.toUnsignedLong(KEY.bits(e))) * 0x100000001B3L;
    }
    assertThat(hash).isEqualTo(0x19D5CA149A5D00E8L);
  }

  @Test
  void floatingDrawsAreFrozen() {
    float[] uniform = {0x1.a87414p-1f, 0x1.2bc5dp-3f, 0x1.e20f68p-3f, 0x1.6a7eep-4f};
    double[] doubles = {
      0x1.2bc5d2eea1d04p-3, 0x1.6a7ee513c41e8p-4, 0x1.163885e0fb786p-2, 0x1.0a731dbcc6074p-1
    };
    double[] normal = {
      -0x1.0d576754899fbp+0, -0x1.599ce5afa6a49p+0, -0x1.3721c84da071ap-1, 0x1.a3473123310f8p-5
    };
    for (int e = 0; e < 4; e++) {
      assertThat(KEY.uniform(e)).isEqualTo(uniform[e]);
      assertThat(KEY.uniformDouble(e)).isEqualTo(doubles[e]);
      assertThat(KEY.normal(e)).isEqualTo(normal[e]);
    }
  }

  @Test
  void foldedKeysDiffer() {
    Set<Long> keys = new HashSet<>();
    for (int n = 0; n < 1000; n++) {
      keys.add(KEY.fold(n).value());
      keys.add(KEY.fold("stream/" + n).value());
      keys.add(RandomKey.ofSeed(n).value());
      keys.add(KEY.bits64(n));
    }
    assertThat(keys).hasSize(4000);
  }

  @Test
  void thresholdsRoundDown() {
    assertThat(RandomKey.threshold(0)).isEqualTo(0);
    assertThat(RandomKey.threshold(0.5)).isEqualTo(0x80000000);
    assertThat(RandomKey.threshold(0.2)).isEqualTo(0x33333333);
    assertThat(RandomKey.threshold(Math.nextDown(1.0))).isEqualTo(0xFFFFFFFF);
    for (double p : new double[] {-0.1, 1, Double.NaN}) {
      assertThatThrownBy(() -> RandomKey.threshold(p)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> KEY.below(0, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void uniformDrawsAreUniform() {
    int n = 1 << 18;
    double[] counts = new double[256];
    double[] countsDouble = new double[256];
    double sum = 0;
    for (int e = 0; e < n; e++) {
      float u = KEY.uniform(e);
      sum += u;
      counts[(int) (u * 256)]++;
      countsDouble[(int) (KEY.uniformDouble(e) * 256)]++;
    }
    assertThat(sum / n).isCloseTo(0.5, within(4 * Math.sqrt(1.0 / 12 / n)));
    assertThat(chiSquare(counts, n)).isBetween(170.0, 350.0); // 255 degrees, beyond 1e-4 each side
    assertThat(chiSquare(countsDouble, n)).isBetween(170.0, 350.0);
  }

  @Test
  void indexesBelowAreUniform() {
    int n = 100_000;
    double[] counts = new double[10];
    for (int e = 0; e < n; e++) {
      counts[(int) KEY.below(10, e)]++;
    }
    assertThat(chiSquare(counts, n)).isBetween(0.5, 30.0);
  }

  @Test
  void normalDrawsHaveTheNormalMoments() {
    int n = 1 << 18;
    double[] moments = new double[5];
    double lagged = 0;
    double last = 0;
    for (int e = 0; e < n; e++) {
      double z = KEY.normal(e);
      double power = 1;
      for (int k = 0; k < moments.length; k++, power *= z) {
        moments[k] += power / n;
      }
      lagged += z * last / n;
      last = z;
    }
    double sigma = 4 / Math.sqrt(n);
    assertThat(moments[1]).isCloseTo(0, within(sigma));
    assertThat(moments[2]).isCloseTo(1, within(sigma * Math.sqrt(2)));
    assertThat(moments[3]).isCloseTo(0, within(sigma * Math.sqrt(15)));
    assertThat(moments[4]).isCloseTo(3, within(sigma * Math.sqrt(96)));
    assertThat(lagged).isCloseTo(0, within(sigma));
  }

  @Test
  void inverseNormalMatchesTables() {
    assertThat(InverseNormal.at(0.5)).isEqualTo(0);
    assertThat(InverseNormal.at(0.75)).isCloseTo(0.674489750196081743, within(1e-15));
    assertThat(InverseNormal.at(0.975)).isCloseTo(1.959963984540054236, within(1e-15));
    assertThat(InverseNormal.at(0.001)).isCloseTo(-3.090232306167813541, within(2e-15));
    assertThat(InverseNormal.at(1e-20)).isCloseTo(-9.262340089798407573, within(1e-14));
  }

  private static double chiSquare(double[] counts, int n) {
    double expected = (double) n / counts.length;
    double sum = 0;
    for (double count : counts) {
      sum += (count - expected) * (count - expected) / expected;
    }
    return sum;
  }
}
