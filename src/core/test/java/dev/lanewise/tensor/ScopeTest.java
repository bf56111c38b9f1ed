package dev.lanewise.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ScopeTest {
  private final SlabPool pool = new SlabPool(64L << 20);

  @Test
  void alignsAndSeparates() {
    try (Scope scope = new Scope(pool, "test")) {
      long end = 0;
      for (int n : new int[] {0, 1, 15, 16, 17, 0, 1000, 300_000, 3}) {
        Tensor tensor = scope.allocate(DType.F32, Shape.of(n));
        assertThat(tensor.address() % 64).isZero();
        assertThat(tensor.address()).isNotZero();
        if (tensor.address() >> 20 == end >> 20) {
          assertThat(tensor.address()).isGreaterThanOrEqualTo(end);
        }
        end = tensor.address() + 4L * n;
      }
      assertThat(scope.of(new float[] {1, 2}).shape()).isEqualTo(Shape.of(2));
      assertThat(scope.of(new double[] {1, 2}, 2, 1).dtype()).isEqualTo(DType.F64);
      assertThat(scope.scalar(3f).getFloat()).isEqualTo(3);
    }
  }

  @Test
  void zerosAreZeroInUsedMemory() {
    try (Scope scope = new Scope(pool, "test")) {
      scope.allocate(DType.I64, Shape.of(10_000)).fill(-1);
      scope.reset();
      assertThat(scope.zeros(DType.I64, Shape.of(10_000)).toLongs()).containsOnly(0);
    }
  }

  @Test
  void steadyStateTakesNoFurtherSlabs() {
    try (Scope scope = new Scope(pool, "test")) {
      long capacity = 0;
      int slabs = 0;
      long mappings = 0;
      for (int round = 0; round < 1000; round++) {
        scope.reset();
        Random random = new Random(7);
        for (int i = 0; i < 40; i++) {
          scope.allocate(DType.F32, Shape.of(random.nextInt(400_000) >> random.nextInt(12)));
        }
        if (round == 1) {
          capacity = scope.capacityBytes();
          slabs = scope.slabCount();
          mappings = pool.mappings();
        }
      }
      assertThat(scope.capacityBytes()).isEqualTo(capacity).isEqualTo(pool.live());
      assertThat(scope.slabCount()).isEqualTo(slabs).isBetween(2, 8);
      assertThat(pool.mappings()).isEqualTo(mappings);
    }
  }

  @Test
  void reopeningTakesSlabsFromThePool() {
    long mappings = -1;
    for (int round = 0; round < 20; round++) {
      try (Scope scope = new Scope(pool, "test")) {
        for (int i = 0; i < 8; i++) {
          scope.allocate(DType.F32, Shape.of(100_000));
        }
      }
      if (round == 0) {
        mappings = pool.mappings();
      }
    }
    assertThat(pool.mappings()).isEqualTo(mappings);
    assertThat(pool.live()).isZero();
    assertThat(pool.idle()).isPositive();
    pool.trim();
    assertThat(pool.idle()).isZero();
  }

  @Test
  void countsWhatItHandsOut() {
    try (Scope scope = new Scope(pool, "test")) {
      assertThat(scope.liveBytes()).isZero();
      scope.allocate(DType.F32, Shape.of(17));
      assertThat(scope.liveBytes()).isEqualTo(128);
      scope.allocate(DType.F32, Shape.of(1 << 20));
      assertThat(scope.liveBytes()).isEqualTo(128 + (4 << 20));
      scope.reset();
      assertThat(scope.liveBytes()).isZero();
      assertThat(scope.capacityBytes()).isGreaterThan(4 << 20);
    }
  }

  @Test
  void resetAndCloseEndTensors() {
    Scope scope = new Scope(pool, "training step");
    Tensor first = scope.zeros(DType.F32, Shape.of(2, 3));
    Tensor view = first.transpose();
    scope.reset();
    Tensor second = scope.zeros(DType.F32, Shape.of(2, 3));
    String message =
        "tensor F32 [2, 3] is dead: scope 'training step' was reset; copy what must outlive the"
            + " reset into another scope or a store first";
    assertThatThrownBy(() -> first.getFloat(0, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> second.copyFrom(first)).hasMessage(message);
    assertThatThrownBy(() -> first.fill(1)).hasMessage(message);
    assertThatThrownBy(first::segment).hasMessage(message);
    assertThatThrownBy(first::toFloats).hasMessage(message);
    assertThatThrownBy(view::toFloats).isInstanceOf(IllegalStateException.class);
    assertThat(first.isAlive()).isFalse();
    assertThat(second.isAlive()).isTrue();
    scope.close();
    scope.close();
    assertThatThrownBy(() -> second.getFloat(0, 0)).hasMessageContaining("was closed");
    assertThatThrownBy(() -> scope.allocate(DType.F32, Shape.of(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("scope 'training step' is closed");
    assertThatThrownBy(scope::reset).isInstanceOf(IllegalStateException.class);
    assumeTrue(Lifetime.CHECKED);
    assertThatThrownBy(first::address).hasMessageContaining("is dead");
  }

  @Test
  void budgetIsKeptAndStateIntact() {
    SlabPool small = new SlabPool(8L << 20);
    Scope large = new Scope(small, "activations");
    try (Scope scope = new Scope(small, "step")) {
      large.allocate(DType.U8, Shape.of(5 << 20));
      Tensor kept = scope.zeros(DType.F32, Shape.of(4)).fill(2);
      long live = small.live();
      long bytes = scope.liveBytes();
      assertThatThrownBy(() -> scope.allocate(DType.F32, Shape.of(1 << 20)))
          .isInstanceOf(OffHeapBudgetException.class)
          .hasMessage(
              "off-heap budget exceeded: scope 'step' needs 4.0 MiB, but 6.0 MiB of 8.0 MiB are in"
                  + " use, most by scope 'activations' (5.0 MiB), scope 'step' (1.0 MiB); use"
                  + " smaller batches, close what is no longer needed, or raise the limit with"
                  + " -Dlanewise.offheap.budget=8G");
      assertThat(small.live()).isEqualTo(live);
      assertThat(scope.liveBytes()).isEqualTo(bytes);
      assertThat(kept.toFloats()).containsOnly(2);
      large.close();
      scope.allocate(DType.U8, Shape.of(7 << 20)); // the idle slab gives way
      assertThat(small.live()).isEqualTo(8L << 20);
      assertThat(small.peak()).isEqualTo(8L << 20);
    }
    assertThat(small.live()).isZero();
  }
}
