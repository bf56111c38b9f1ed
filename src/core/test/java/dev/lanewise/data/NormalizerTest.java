package dev.lanewise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.DTypeException;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NormalizerTest {
  private final Scope scope = Scope.open("test");

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void bytesShareOneMeanAndDeviation() {
    DataSet data = images(new byte[] {0, 2, 4, (byte) 250}, 2);
    Normalizer standard = Normalizer.Kind.STANDARD.fit(data);
    double mean = 64;
    double deviation = Math.sqrt((64 * 64 + 62 * 62 + 60 * 60 + 186 * 186) / 4.0);
    Tensor y = scope.zeros(DType.F32, Shape.of(2, 2));
    standard.apply(data.features(), y);
    assertThat(y.getFloat(1, 1)).isCloseTo((float) ((250 - mean) / deviation), within(1e-6f));
    assertThat(y.getFloat(0, 0)).isCloseTo((float) ((0 - mean) / deviation), within(1e-6f));
    assertThat(Normalizer.standard(data.subset(0, 0))).isEqualTo(Normalizer.decode("standard;1;1"));
  }

  @Test
  void unitMapsTheFullScaleToOne() {
    DataSet data = images(new byte[] {0, (byte) 255}, 1);
    assertThat(applied(Normalizer.unit(data), data)).containsExactly(0, 1);
    assertThat(applied(Normalizer.none(), data)).containsExactly(0, 255);
    DataSet digits = images(new byte[] {4, 16}, 1).withFullScale(16);
    assertThat(applied(Normalizer.unit(digits), digits)).containsExactly(0.25f, 1);
  }

  @Test
  void floatsHaveOneMeanAndDeviationForEachFeature() {
    Tensor x = scope.of(new float[] {1, 0.1f, 100, 3, 0.1f, 300, 5, 0.1f, 200}, 3, 3);
    DataSet data = DataSet.regression(x, scope.zeros(DType.F32, Shape.of(3, 1)));
    Normalizer standard = Normalizer.standard(data);
    standard.apply(x, x);
    float one = (float) (2 / Math.sqrt(8 / 3.0));
    float[] expected = {-one, 0, -one, 0, 0, one, one, 0, 0};
    for (int i = 0; i < 9; i++) {
      assertThat(x.getFloat(i / 3, i % 3)).isCloseTo(expected[i], within(1e-6f));
    }
  }

  @Test
  void survivesBeingStored() {
    Normalizer normalizer =
        new Normalizer(
            Normalizer.Kind.STANDARD, new float[] {0.1f, -1e-30f}, new float[] {1e9f, 1 / 3f});
    assertThat(Normalizer.decode(normalizer.encode())).isEqualTo(normalizer);
    assertThat(Normalizer.decode("none;0.0;1.0")).isEqualTo(Normalizer.none());
    for (String text : new String[] {"", "none", "none;;", "odd;0;1", "none;0,1;1", "unit;0;x"}) {
      assertThatThrownBy(() -> Normalizer.decode(text)).isInstanceOf(DataException.class);
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    Tensor x = scope.zeros(DType.F32, Shape.of(2, 3));
    Tensor y = scope.zeros(DType.F32, Shape.of(3, 2));
    Tensor d = scope.zeros(DType.F64, Shape.of(2, 3));
    Normalizer two = Normalizer.decode("standard;0,0;1,1");
    assertThatThrownBy(() -> Normalizer.none().apply(x, y)).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> Normalizer.none().apply(d, x)).isInstanceOf(DTypeException.class);
    assertThatThrownBy(() -> two.apply(x, x)).isInstanceOf(ShapeException.class);
  }

  private DataSet images(byte[] pixels, int images) {
    return DataSet.classification(
        scope.of(pixels, images, pixels.length / images), scope.of(new int[images]), 1);
  }

  private float[] applied(Normalizer normalizer, DataSet data) {
    Tensor y = scope.zeros(DType.F32, data.features().shape());
    normalizer.apply(data.features(), y);
    return y.toFloats();
  }
}
