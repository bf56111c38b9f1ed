package dev.lanewise.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeTest {
  @Test
  void describesItself() {
    Shape shape = Shape.of(2, 3, 4);
    assertThat(shape.rank()).isEqualTo(3);
    assertThat(shape.size()).isEqualTo(24);
    assertThat(shape.dim(-1)).isEqualTo(4);
    assertThat(shape.axis(-3)).isZero();
    assertThat(shape).hasToString("[2, 3, 4]").isEqualTo(Shape.of(2, 3, 4));
    assertThat(shape).hasSameHashCodeAs(Shape.of(2, 3, 4)).isNotEqualTo(Shape.of(2, 12));
    assertThat(Shape.of()).isEqualTo(Shape.scalar()).hasToString("[]");
    assertThat(Shape.scalar().size()).isOne();
  }

  @Test
  void sharesNoArrayWithTheCaller() {
    long[] dims = {2, 3};
    Shape shape = Shape.of(dims);
    dims[0] = 9;
    shape.dims()[1] = 9;
    assertThat(shape).isEqualTo(Shape.of(2, 3));
  }

  @Test
  void changesAxes() {
    Shape shape = Shape.of(2, 3);
    assertThat(shape.with(-1, 7)).isEqualTo(Shape.of(2, 7));
    assertThat(shape.without(0)).isEqualTo(Shape.of(3));
    assertThat(shape.without(0).without(0)).isEqualTo(Shape.scalar());
    assertThat(shape.insert(0, 5)).isEqualTo(Shape.of(5, 2, 3));
    assertThat(shape.insert(-1, 5)).isEqualTo(Shape.of(2, 3, 5));
    assertThat(shape.insert(2, 5)).isEqualTo(Shape.of(2, 3, 5));
    assertThat(Shape.scalar().insert(0, 1)).isEqualTo(Shape.of(1));
    assertThatThrownBy(() -> shape.insert(3, 1)).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> shape.dim(2))
        .isInstanceOf(ShapeException.class)
        .hasMessage("axis 2 is out of range for shape [2, 3]");
    assertThatThrownBy(() -> shape.dim(-3)).isInstanceOf(ShapeException.class);
  }

  @Test
  void takesZeroAndHugeExtents() {
    assertThat(Shape.of(3, 0, 5).size()).isZero();
    assertThat(Shape.of(1L << 40).size()).isEqualTo(1L << 40);
    assertThat(Shape.of(Long.MAX_VALUE).size()).isEqualTo(Long.MAX_VALUE);
    assertThat(Shape.of(1L << 62, 0).size()).isZero();
  }

  @Test
  void refusesNegativeAndOverflowing() {
    assertThatThrownBy(() -> Shape.of(2, -1))
        .isInstanceOf(ShapeException.class)
        .hasMessage("shape [2, -1] has a negative dimension");
    for (long[] dims :
        new long[][] {{1L << 32, 1L << 31}, {1L << 62, 0, 4}, {3, Long.MAX_VALUE / 2}}) {
      assertThatThrownBy(() -> Shape.of(dims))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("more than 2^63 - 1 elements");
    }
    assertThatThrownBy(() -> Shape.of(1L << 62).byteSize(DType.F64))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("does not fit in the address space");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2,3 | 2,3 | 2,3
          2,3 | 3   | 2,3
          1   | 4,1 | 4,1
          5,1 | 1,4 | 5,4
              | 2,0 | 2,0
          1,3 | 0,1 | 0,3
          """)
  void broadcasts(String a, String b, String expected) {
    assertThat(Shape.broadcast("add", shape(a), shape(b))).isEqualTo(shape(expected));
    assertThat(Shape.broadcast("add", shape(b), shape(a))).isEqualTo(shape(expected));
  }

  @Test
  void refusesToBroadcast() {
    assertThatThrownBy(() -> Shape.broadcast("add", Shape.of(2, 3), Shape.of(4)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("add: shapes do not broadcast: [2, 3] x [4]");
    assertThatThrownBy(() -> Shape.broadcast("add", Shape.of(0), Shape.of(2)))
        .isInstanceOf(ShapeException.class);
  }

  private static Shape shape(@Nullable String dims) {
    if (dims == null) {
      return Shape.scalar();
    }
    String[] parts = dims.split(",", -1);
    long[] extents = new long[parts.length];
    for (int i = 0; i < parts.length; i++) {
      extents[i] = Long.parseLong(parts[i].strip());
    }
    return Shape.of(extents);
  }
}
