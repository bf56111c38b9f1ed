package dev.lanewise.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorStoreTest {
  private final SlabPool pool = new SlabPool(64L << 20);

  private TensorStore.Builder builder(DType dtype) {
    return new TensorStore.Builder(pool, dtype)
        .label("parameters")
        .add("w", Shape.of(3, 7))
        .add("empty", Shape.of(0, 4))
        .add("b", Shape.of(17))
        .add("scale", Shape.scalar());
  }

  @ParameterizedTest
  @EnumSource
  void liesInOneSlab(DType dtype) {
    try (TensorStore store = builder(dtype).build()) {
      assertThat(store.names()).containsExactly("w", "empty", "b", "scale");
      assertThat(store.parameterCount()).isEqualTo(21 + 17 + 1);
      assertThat(store.contains("w")).isTrue();
      assertThat(store.contains("v")).isFalse();
      Tensor flat = store.flat();
      assertThat(flat.toInts()).containsOnly(0);
      long end = flat.address();
      for (String name : store.names()) {
        Tensor tensor = store.get(name);
        assertThat(tensor.address()).isEqualTo(end);
        assertThat(tensor.address() % 64).isZero();
        end += (tensor.size() * dtype.bytes() + 63) & -64;
        tensor.fill(1);
      }
      assertThat(flat.size() * dtype.bytes()).isEqualTo(end - flat.address());
      int ones = 0;
      for (int value : flat.toInts()) {
        ones += value;
      }
      assertThat(ones).as("padding stays zero").isEqualTo(39);
    }
    assertThat(pool.live()).isZero();
  }

  @Test
  void likeIsZeroEvenInUsedMemory() {
    try (TensorStore store = builder(DType.F32).build()) {
      store.flat().fill(5);
      for (int i = 0; i < 3; i++) {
        try (TensorStore like = store.like("gradients")) {
          assertThat(like.names()).isEqualTo(store.names());
          assertThat(like.get("w").shape()).isEqualTo(Shape.of(3, 7));
          assertThat(like.flat().toFloats()).hasSize((int) store.flat().size()).containsOnly(0);
          like.flat().copyFrom(store.flat());
        }
      }
      assertThat(pool.mappings()).isEqualTo(2);
    }
  }

  @Test
  void refusesByName() {
    assertThatThrownBy(() -> builder(DType.F32).add("w", Shape.of(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("store 'parameters' already has a tensor 'w'");
    TensorStore store = builder(DType.F32).build();
    assertThatThrownBy(() -> store.get("v"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("store 'parameters' has no tensor 'v'; it has [w, empty, b, scale]");
    Tensor tensor = store.get("w");
    store.close();
    store.close();
    assertThatThrownBy(() -> tensor.fill(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("store 'parameters' was closed");
    assertThatThrownBy(
            () -> new TensorStore.Builder(pool, DType.F32).add("x", Shape.of(1L << 40)).build())
        .isInstanceOf(OffHeapBudgetException.class)
        .hasMessageContaining("needs 4.0 TiB");
    assertThat(pool.live()).isZero();
  }

  @Test
  void mayBeEmpty() {
    try (TensorStore store = TensorStore.builder(DType.F64).build()) {
      assertThat(store.flat().size()).isZero();
      assertThat(store.parameterCount()).isZero();
      assertThat(OffHeap.liveBytes()).isPositive().isLessThanOrEqualTo(OffHeap.peakBytes());
    }
  }
}
