package dev.lanewise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.DTypeException;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DataSetTest {
  private final Scope scope = Scope.open("test");

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void describesItself() {
    DataSet classes =
        DataSet.classification(
            scope.zeros(DType.U8, Shape.of(3, 2, 2)),
            scope.of(new int[] {0, 2, 1}),
            List.of("a", "b", "c"));
    assertThat(classes.size()).isEqualTo(3);
    assertThat(classes.sampleShape()).isEqualTo(Shape.of(2, 2));
    assertThat(classes.targetShape()).isEqualTo(Shape.scalar());
    assertThat(classes.classNames()).containsExactly("a", "b", "c");
    assertThat(classes.isClassification()).isTrue();
    assertThat(classes.fullScale()).isEqualTo(255);
    assertThat(classes).hasToString("3 samples of shape [2, 2], 3 classes");

    DataSet numbers =
        DataSet.regression(
            scope.zeros(DType.F32, Shape.of(3, 2)), scope.zeros(DType.F32, Shape.of(3, 4)));
    assertThat(numbers.classes()).isZero();
    assertThat(numbers.isClassification()).isFalse();
    assertThat(numbers.targetShape()).isEqualTo(Shape.of(4));
    assertThat(numbers.fullScale()).isEqualTo(1);
  }

  @Test
  void subsetsAreViews() {
    DataSet all = numbered(6);
    DataSet some = all.subset(5, 1, 1).subset(0, 2);
    assertThat(some.size()).isEqualTo(2);
    assertThat(some.sample(0).toFloats()).containsExactly(5, 5.5f);
    assertThat(some.target(1).getInt()).isEqualTo(1);
    assertThat(all.take(2).size()).isEqualTo(2);
    assertThat(all.take(100).size()).isEqualTo(6);
    DataSet column = some.withSampleShape(2, 1);
    assertThat(column.sample(0).shape()).isEqualTo(Shape.of(2, 1));
    assertThatThrownBy(() -> some.sample(2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> some.subset(2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> some.take(0)).isInstanceOf(DataException.class);
    assertThatThrownBy(() -> all.withSampleShape(3)).isInstanceOf(ShapeException.class);
  }

  @Test
  void checksumsTellDataApart() {
    DataSet all = numbered(6);
    String sum = Splits.of(all.subset(0, 1), all.subset(2)).sha256();
    assertThat(sum).hasSize(64);
    assertThat(Splits.of(numbered(2), all.subset(2)).sha256()).isEqualTo(sum);
    assertThat(Splits.of(all.subset(1, 0), all.subset(2)).sha256()).isNotEqualTo(sum);
    assertThat(Splits.of(all.subset(0), all.subset(1, 2)).sha256()).isNotEqualTo(sum);
  }

  @Test
  void refusesWhatDoesNotFit() {
    Tensor features = scope.zeros(DType.F32, Shape.of(2, 3));
    Tensor labels = scope.of(new int[] {0, 1});
    assertThatThrownBy(() -> DataSet.classification(features, labels, 1))
        .isInstanceOf(DataException.class)
        .hasMessage("label 1 of sample 1 is out of range, expected 0 to 0");
    assertThatThrownBy(() -> DataSet.classification(features, scope.of(new int[] {-1, 0}), 2))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("label -1 of sample 0");
    assertThatThrownBy(() -> DataSet.classification(features, scope.of(new int[] {1}), 2))
        .isInstanceOf(DataException.class)
        .hasMessage("features and targets differ in number: [2, 3], [1]");
    assertThatThrownBy(() -> DataSet.classification(features, features, 2))
        .isInstanceOf(DTypeException.class);
    assertThatThrownBy(() -> DataSet.classification(labels, labels, 2))
        .isInstanceOf(DTypeException.class);
    assertThatThrownBy(() -> DataSet.classification(features.transpose(), labels, 2))
        .isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> DataSet.regression(features, scope.of(new float[] {1, 2})))
        .isInstanceOf(ShapeException.class);
    assertThatThrownBy(
            () ->
                DataSet.regression(
                    scope.zeros(DType.F32, Shape.of(0, 3)), scope.zeros(DType.F32, Shape.of(0, 1))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no samples");
    DataSet two = numbered(2);
    assertThatThrownBy(() -> Splits.of(two, two.withSampleShape(1, 2)))
        .isInstanceOf(DataException.class);
  }

  /** Sample i is [i, i + 0.5], its class i. */
  private DataSet numbered(int size) {
    float[] features = new float[2 * size];
    for (int i = 0; i < features.length; i++) {
      features[i] = i / 2f;
    }
    int[] labels = IntStream.range(0, size).toArray();
    return DataSet.classification(scope.of(features, size, 2), scope.of(labels), 10);
  }
}
