package dev.lanewise.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {
  private final Scope scope = Scope.open("tensor test");

  @AfterEach
  void close() {
    scope.close();
  }

  private Tensor range(long... dims) {
    Tensor tensor = scope.allocate(DType.F32, Shape.of(dims));
    float[] values = new float[(int) tensor.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return tensor.copyFrom(values);
  }

  @Test
  void viewsShareMemory() {
    Tensor a = range(2, 3);
    assertThat(a.transpose().toFloats()).containsExactly(0, 3, 1, 4, 2, 5);
    assertThat(a.transpose(0, -1).toFloats()).containsExactly(0, 3, 1, 4, 2, 5);
    assertThat(a.slice(1, 1, 3).toFloats()).containsExactly(1, 2, 4, 5);
    assertThat(a.slice(1, 0, 3, 2).toFloats()).containsExactly(0, 2, 3, 5);
    assertThat(a.select(0, 1).toFloats()).containsExactly(3, 4, 5);
    assertThat(a.select(-1, 2).toFloats()).containsExactly(2, 5);
    assertThat(a.reshape(3, -1).toFloats()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(a.select(0, 0).broadcastTo(Shape.of(2, 3)).toFloats())
        .containsExactly(0, 1, 2, 0, 1, 2);
    a.transpose().slice(0, 1, 2).setFloat(9, 0, 1);
    assertThat(a.getFloat(1, 1)).isEqualTo(9);
    assertThat(a.transpose().permute(1, 0).segment().byteSize()).isEqualTo(24);
    assertThat(a.select(0, 1).address()).isEqualTo(a.address() + 12);
    assertThat(a.dim(-1)).isEqualTo(3);
  }

  @Test
  void refusesWhatNeedsACopy() {
    Tensor transposed = range(2, 3).transpose();
    assertThatThrownBy(() -> transposed.reshape(6))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "reshape: no view has shape [6], the tensor is not contiguous: [3, 2] strides [1, 3]"
                + " offset 0; use Scope.copy first");
    assertThatThrownBy(transposed::segment)
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("not contiguous");
    assertThat(scope.copy(transposed).reshape(6).toFloats()).containsExactly(0, 3, 1, 4, 2, 5);
  }

  @Test
  void checksIndices() {
    Tensor a = range(2, 3);
    for (long[] index : new long[][] {{2, 0}, {0, 3}, {-1, 0}, {0}, {0, 0, 0}, {}}) {
      assertThatThrownBy(() -> a.getFloat(index)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> a.setInt(1, index)).isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThatThrownBy(() -> a.getDouble(0, 3))
        .hasMessage("index [0, 3] is not within shape [2, 3]");
  }

  @Test
  void checksSizes() {
    Tensor a = range(2, 3);
    assertThatThrownBy(() -> a.copyFrom(new float[5]))
        .isInstanceOf(ShapeException.class)
        .hasMessage("copyFrom: 5 values for the 6 elements of [2, 3]");
    assertThatThrownBy(() -> a.copyFrom(range(3, 2)))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith("copyFrom: shapes differ: target [2, 3], source [3, 2]");
    assertThatThrownBy(() -> scope.of(new int[3], 2, 2)).isInstanceOf(ShapeException.class);
  }

  @Test
  void broadcastViewsAreReadOnly() {
    Tensor repeated = scope.scalar(2f).broadcastTo(Shape.of(1L << 33));
    assertThat(repeated.size()).isGreaterThan(Integer.MAX_VALUE);
    assertThat(repeated.getFloat((1L << 33) - 1)).isEqualTo(2);
    assertThat(repeated.slice(0, 1L << 32, (1L << 32) + 3).toFloats()).containsExactly(2, 2, 2);
    assertThatThrownBy(repeated::toFloats)
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("Java array");
    assertThatThrownBy(() -> repeated.fill(1)).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> repeated.setFloat(1, 0)).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> repeated.copyFrom(repeated))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("repeats elements");
  }

  @ParameterizedTest
  @EnumSource
  void fillTouchesNothingElse(DType dtype) {
    for (int n : new int[] {0, 1, 2, 7, 63, 65}) {
      Tensor around = scope.allocate(dtype, Shape.of(n + 2, 5)).fill(1);
      Tensor inside = around.slice(0, 1, n + 1).slice(1, 1, 4, 2);
      inside.fill(0);
      for (long i = 0; i < n + 2; i++) {
        for (long j = 0; j < 5; j++) {
          boolean zero = i >= 1 && i <= n && (j == 1 || j == 3);
          assertThat(around.getInt(i, j)).isEqualTo(zero ? 0 : 1);
        }
      }
    }
    Tensor negative = scope.allocate(DType.F32, Shape.of(3)).fill(-0.0);
    assertThat(Float.floatToRawIntBits(negative.getFloat(2))).isEqualTo(0x80000000);
  }

  /** Random views copied into random views, against element access; what lies around stays. */
  @RepeatedTest(200)
  void copiesBetweenAnyLayouts(RepetitionInfo info) {
    Random random = new Random(info.getCurrentRepetition());
    DType[] types = {DType.F32, DType.F64, DType.I32, DType.I64, DType.U8, DType.F16, DType.BF16};
    Shape shape = LayoutTest.randomShape(random);
    Tensor source = embedded(types[random.nextInt(types.length)], shape, random);
    Tensor target = embedded(types[random.nextInt(types.length)], shape, random);
    Tensor storage = whole(target);
    double sum = 0;
    for (double value : storage.fill(77).toDoubles()) {
      sum += value;
    }
    target.copyFrom(source);
    assertThat(target.toDoubles()).isEqualTo(source.toDoubles());
    for (double value : target.toDoubles()) {
      sum += value - 77;
    }
    for (double value : storage.toDoubles()) {
      sum -= value;
    }
    assertThat(sum).as("canaries").isZero();
  }

  private Tensor last = scope.scalar(0f);

  private Tensor whole(Tensor view) {
    assertThat(view.overlaps(last)).isTrue();
    return last;
  }

  private Tensor embedded(DType dtype, Shape shape, Random random) {
    Shape outer = shape;
    for (int axis = 0; axis < shape.rank(); axis++) {
      outer = outer.with(axis, shape.dim(axis) * 2 + 1);
    }
    boolean transposed = random.nextBoolean() && shape.rank() > 1;
    last = scope.allocate(dtype, transposed ? reversed(outer) : outer);
    last.copyFrom(random.ints(last.size(), 0, 100).toArray());
    Tensor view = transposed ? last.transpose() : last;
    for (int axis = 0; axis < shape.rank(); axis++) {
      long from = random.nextInt(2);
      long n = shape.dim(axis);
      view =
          random.nextBoolean()
              ? view.slice(axis, from, from + n)
              : view.slice(axis, from, from + 2 * n - 1, 2);
    }
    return view;
  }

  private static Shape reversed(Shape shape) {
    long[] dims = shape.dims();
    for (int i = 0; i < dims.length; i++) {
      dims[i] = shape.dim(-1 - i);
    }
    return Shape.of(dims);
  }

  @Test
  void overlappingCopiesReadFirst() {
    Tensor square = range(5, 5);
    float[] expected = square.transpose().toFloats();
    assertThat(square.copyFrom(square.transpose()).toFloats()).isEqualTo(expected);
    Tensor line = range(8);
    line.slice(0, 1, 8).copyFrom(line.slice(0, 0, 7));
    assertThat(line.toFloats()).containsExactly(0, 0, 1, 2, 3, 4, 5, 6);
    line = range(8);
    line.slice(0, 0, 4).copyFrom(line.slice(0, 0, 8, 2));
    assertThat(line.toFloats()).containsExactly(0, 2, 4, 6, 4, 5, 6, 7);
    line = range(8);
    line.slice(0, 0, 8, 2).copyFrom(line.slice(0, 0, 4));
    assertThat(line.toFloats()).containsExactly(0, 1, 1, 3, 2, 5, 3, 7);
  }

  @Test
  void overlapIsAMatterOfBytes() {
    Tensor line = range(8);
    assertThat(line.slice(0, 0, 4).overlaps(line.slice(0, 4, 8))).isFalse();
    assertThat(line.slice(0, 0, 5).overlaps(line.slice(0, 4, 8))).isTrue();
    assertThat(line.slice(0, 4, 4).overlaps(line)).as("empty").isFalse();
  }

  @Test
  void wrapsTheCallersMemory() {
    Shape shape = Shape.of(2, 3);
    Tensor kept;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(25, 8);
      Tensor tensor = Tensor.wrap(segment.asSlice(0, 24), DType.F32, shape).fill(3);
      assertThat(segment.getAtIndex(ValueLayout.JAVA_FLOAT, 5)).isEqualTo(3);
      assertThat(tensor.address()).isEqualTo(segment.address());
      assertThatThrownBy(() -> Tensor.wrap(segment.asSlice(1, 24), DType.F32, shape))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not a multiple of 4");
      assertThatThrownBy(() -> Tensor.wrap(segment, DType.F32, shape))
          .isInstanceOf(ShapeException.class)
          .hasMessage("wrap: F32 [2, 3] takes 24 bytes, the segment has 25");
      Tensor readOnly = Tensor.wrap(segment.asReadOnly(), DType.U8, Shape.of(25));
      assertThat(readOnly.isReadOnly()).isTrue();
      assertThat(readOnly.slice(0, 3, 5).segment().isReadOnly()).isTrue();
      assertThat(readOnly.getInt(24)).isZero();
      assertThatThrownBy(() -> readOnly.slice(0, 3, 5).fill(1))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("read-only");
      assertThatThrownBy(() -> readOnly.setInt(1, 0)).hasMessageContaining("read-only");
      assertThatThrownBy(() -> readOnly.copyFrom(new byte[25])).hasMessageContaining("read-only");
      assertThatThrownBy(() -> Tensor.wrap(MemorySegment.ofArray(new float[6]), DType.F32, shape))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("heap");
      kept = tensor;
    }
    assertThatThrownBy(() -> kept.getFloat(0, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("wrapped segment was closed");
  }

  @Test
  void printsLikeNumPy() {
    assertThat(range(2, 3)).hasToString("Tensor F32 [2, 3] [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]");
    assertThat(scope.scalar(1.5)).hasToString("Tensor F64 [] 1.5");
    assertThat(scope.zeros(DType.BOOL, Shape.of(2))).hasToString("Tensor BOOL [2] [false, false]");
    assertThat(scope.of(new byte[] {-1})).hasToString("Tensor U8 [1] [255]");
    assertThat(range(0, 2)).hasToString("Tensor F32 [0, 2] []");
    assertThat(range(2000))
        .hasToString("Tensor F32 [2000] [0.0, 1.0, 2.0, ..., 1997.0, 1998.0, 1999.0]");
    Tensor tensor = range(3);
    scope.reset();
    assertThat(tensor).hasToString("Tensor F32 [3] (dead)");
  }
}
