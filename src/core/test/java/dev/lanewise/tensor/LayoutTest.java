package dev.lanewise.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class LayoutTest {
  @Test
  void isDenseByDefault() {
    Layout layout = Layout.contiguous(Shape.of(2, 3, 4));
    assertThat(layout.strides()).containsExactly(12, 4, 1);
    assertThat(layout.offset()).isZero();
    assertThat(layout.isContiguous()).isTrue();
    assertThat(layout.isBroadcast()).isFalse();
    assertThat(layout.stride(-2)).isEqualTo(4);
    assertThat(layout).hasToString("[2, 3, 4] strides [12, 4, 1] offset 0");
    assertThat(layout).isEqualTo(Layout.contiguous(Shape.of(2, 3, 4)));
  }

  @Test
  void knowsContiguity() {
    Layout layout = Layout.contiguous(Shape.of(4, 1, 6));
    assertThat(layout.permute(1, 0, 2).isContiguous()).isTrue();
    assertThat(layout.permute(2, 1, 0).isContiguous()).isFalse();
    assertThat(layout.slice(0, 1, 3, 1).isContiguous()).isTrue();
    assertThat(layout.slice(2, 0, 3, 1).isContiguous()).isFalse();
    assertThat(layout.slice(2, 2, 2, 1).isContiguous()).as("empty").isTrue();
  }

  @Test
  void refusesByName() {
    Layout layout = Layout.contiguous(Shape.of(4, 6));
    assertThatThrownBy(() -> layout.slice(0, 0, 4, -1)).hasMessageContaining("step must be at");
    assertThatThrownBy(() -> layout.slice(0, 0, 4, 0)).hasMessageContaining("step must be at");
    assertThatThrownBy(() -> layout.slice(1, 3, 7, 1))
        .isInstanceOf(ShapeException.class)
        .hasMessage("slice: [3, 7) is not within axis 1 of [4, 6]");
    assertThatThrownBy(() -> layout.slice(1, -3, 2, 1)).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> layout.slice(1, 3, 2, 1)).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> layout.permute(0, 0)).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> layout.permute(0)).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> layout.broadcastTo(Shape.of(6)))
        .hasMessage("broadcastTo: [4, 6] does not broadcast to [6]");
    assertThatThrownBy(() -> layout.broadcastTo(Shape.of(2, 5, 6)))
        .isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> layout.reshape(Shape.of(25)))
        .hasMessage("reshape: [4, 6] has 24 elements, [25] has 25");
  }

  @Test
  void reshapesWhereStridesAllow() {
    Layout layout = Layout.contiguous(Shape.of(4, 6));
    assertThat(layout.reshape(Shape.of(2, 2, 3, 2))).isPresent();
    Layout columns = layout.slice(1, 0, 4, 2); // strides 6, 2
    assertThat(columns.reshape(Shape.of(2, 2, 1, 2)).orElseThrow().strides())
        .startsWith(12, 6)
        .endsWith(2);
    assertThat(columns.reshape(Shape.of(8))).isEmpty();
    assertThat(layout.permute(1, 0).reshape(Shape.of(24))).isEmpty();
    assertThat(layout.permute(1, 0).reshape(Shape.of(3, 2, 4))).isPresent();
    Layout repeated = Layout.contiguous(Shape.of(1)).broadcastTo(Shape.of(12));
    assertThat(repeated.reshape(Shape.of(3, 4)).orElseThrow().isBroadcast()).isTrue();
    assertThat(layout.slice(0, 2, 2, 1).reshape(Shape.of(7, 0))).isPresent();
  }

  @Test
  void infersOneDimension() {
    Shape shape = Shape.of(4, 6);
    assertThat(Reshape.infer(shape, new long[] {-1})).isEqualTo(Shape.of(24));
    assertThat(Reshape.infer(shape, new long[] {3, -1, 2})).isEqualTo(Shape.of(3, 4, 2));
    assertThat(Reshape.infer(Shape.of(0, 3), new long[] {-1, 3})).isEqualTo(Shape.of(0, 3));
    assertThatThrownBy(() -> Reshape.infer(shape, new long[] {-1, 5}))
        .hasMessageContaining("[-1, 5] out of the 24 elements of [4, 6]");
    assertThatThrownBy(() -> Reshape.infer(shape, new long[] {-1, -1}))
        .hasMessageContaining("only one dimension may be -1");
    assertThatThrownBy(() -> Reshape.infer(Shape.of(0), new long[] {-1, 0}))
        .isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> Reshape.infer(shape, new long[] {-2, -12}))
        .isInstanceOf(ShapeException.class);
  }

  @Test
  void offsetsPassTwoToTheThirtyOne() {
    Layout layout = Layout.contiguous(Shape.of(1L << 20, 1L << 20)).slice(0, 1L << 19, 1L << 20, 7);
    assertThat(layout.offset()).isEqualTo(1L << 39);
    assertThat(layout.permute(1, 0).slice(0, 5, 6, 1).offset()).isEqualTo((1L << 39) + 5);
    Layout huge = Layout.contiguous(Shape.of(1, 3)).broadcastTo(Shape.of(1L << 50, 3));
    assertThat(huge.shape().size()).isEqualTo(3L << 50);
    assertThat(huge.reach()).isEqualTo(2);
  }

  /** Chains of random views against an explicit list of places. */
  @RepeatedTest(300)
  void followsTheOracle(RepetitionInfo info) {
    Random random = new Random(info.getCurrentRepetition());
    Layout layout = Layout.contiguous(randomShape(random));
    long[] places = LongStream.range(0, layout.shape().size()).toArray();
    for (int step = 0; step < 5; step++) {
      Layout before = layout;
      switch (random.nextInt(5)) {
        case 0 -> {
          int[] axes = shuffled(layout.shape().rank(), random);
          layout = layout.permute(axes);
          long[] old = new long[axes.length];
          places = derive(before, places, layout.shape(), index -> unpermute(index, axes, old));
        }
        case 1 -> {
          int axis = random.nextInt(layout.shape().rank());
          long dim = layout.shape().dim(axis);
          long from = random.nextLong(dim + 1);
          long to = from + random.nextLong(dim - from + 1);
          long stride = random.nextLong(1, 4);
          layout = layout.slice(axis, from, to, stride);
          places =
              derive(
                  before,
                  places,
                  layout.shape(),
                  index -> {
                    index[axis] = from + index[axis] * stride;
                    return index;
                  });
        }
        case 2 -> {
          Shape target = layout.shape().insert(0, random.nextLong(1, 4));
          layout = layout.broadcastTo(target);
          int size = places.length;
          long[] once = places;
          places = LongStream.range(0, target.size()).map(i -> once[(int) (i % size)]).toArray();
        }
        default -> {
          Shape target = regrouped(layout.shape(), random);
          layout = layout.reshape(target).orElse(before);
        }
      }
      assertThat(places(layout)).isEqualTo(places);
      if (layout.shape().size() == 0) {
        return;
      }
      boolean dense = true;
      for (int i = 0; i < places.length; i++) {
        dense &= places[i] == places[0] + i;
      }
      assertThat(layout.isContiguous()).isEqualTo(dense);
      assertThat(layout.offset()).isEqualTo(places[0]);
      assertThat(layout.offset() + layout.reach())
          .isEqualTo(LongStream.of(places).max().getAsLong());
      assertThat(layout.isBroadcast())
          .isEqualTo(LongStream.of(places).distinct().count() < places.length);
    }
  }

  private interface Back {
    long[] apply(long[] index);
  }

  private static long[] unpermute(long[] index, int[] axes, long[] old) {
    for (int i = 0; i < axes.length; i++) {
      old[axes[i]] = index[i];
    }
    return old;
  }

  private static long[] derive(Layout before, long[] places, Shape after, Back back) {
    return LongStream.range(0, after.size())
        .map(i -> places[(int) ravel(back.apply(unravel(i, after)), before.shape())])
        .toArray();
  }

  private static long[] places(Layout layout) {
    return LongStream.range(0, layout.shape().size())
        .map(
            i -> {
              long[] index = unravel(i, layout.shape());
              long at = layout.offset();
              for (int axis = 0; axis < index.length; axis++) {
                at += index[axis] * layout.stride(axis);
              }
              return at;
            })
        .toArray();
  }

  private static long[] unravel(long flat, Shape shape) {
    long[] index = new long[shape.rank()];
    for (int i = index.length - 1; i >= 0; i--) {
      index[i] = flat % shape.dim(i);
      flat /= shape.dim(i);
    }
    return index;
  }

  private static long ravel(long[] index, Shape shape) {
    long flat = 0;
    for (int i = 0; i < index.length; i++) {
      flat = flat * shape.dim(i) + index[i];
    }
    return flat;
  }

  static Shape randomShape(Random random) {
    return Shape.of(random.longs(1 + random.nextInt(4), 1, 6).toArray());
  }

  private static int[] shuffled(int n, Random random) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** The same size in other extents: the prime factors in their order, multiplied up at random. */
  private static Shape regrouped(Shape shape, Random random) {
    Shape result = Shape.of(1);
    long left = shape.size();
    for (long factor = 2; left > 1; factor++) {
      for (; left % factor == 0; left /= factor) {
        result =
            random.nextBoolean()
                ? result.insert(-1, factor)
                : result.with(-1, result.dim(-1) * factor);
      }
    }
    return result;
  }
}
