package dev.lanewise.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import dev.lanewise.engine.KernelChoice;
import dev.lanewise.nn.Activation;
import dev.lanewise.nn.Forward;
import dev.lanewise.nn.Layers;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Loss;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.AdamW;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.OffHeap;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** What a training step costs in memory once it has run a few times. */
final class SteadyStateTest {

  private static final int STEPS = 50;
  private static final int BATCH = 128;

  /** On the heap, for each step: variables, shapes and layouts, but nothing of the batch's size. */
  private static final long BYTES_PER_STEP = 48_000;

  @Test
  void aTrainingStepAllocatesNoNativeMemoryAndLittleHeap() throws ReflectiveOperationException {
    // scalar kernels: until C2 has compiled them, vector kernels box their vectors
    var options = EngineOptions.defaults().threads(1).kernels(KernelChoice.SCALAR);
    try (var model =
            Sequential.of(
                    Linear.of(8, 16),
                    Activation.RELU,
                    Layers.dropout(0.2),
                    Linear.of(16, 16),
                    Activation.RELU,
                    Linear.of(16, 10))
                .initialize(1, DType.F32);
        var engine = Engine.of(options);
        var tape = Tape.open(engine, model.store());
        var adam = AdamW.of(1e-3).start(engine, model.store());
        var data = Scope.open()) {
      Tensor x = data.allocate(DType.F32, Shape.of(BATCH, 8)).fill(0.5);
      Tensor y = data.zeros(DType.I32, Shape.of(BATCH));
      Loss loss = Loss.crossEntropy();
      long mappings = 0;
      long live = 0;
      long heap = 0;
      for (int step = -STEPS; step < STEPS; step++) {
        if (step == 0) {
          mappings = OffHeap.mappings();
          live = OffHeap.liveBytes();
          heap = allocatedBytes();
        }
        tape.reset();
        var pass = Forward.training(tape, 1, step);
        tape.backward(loss.of(model.forward(pass, tape.input(x)), tape.constant(y)));
        adam.step();
      }
      heap = (allocatedBytes() - heap) / STEPS;
      assertThat(OffHeap.mappings()).isEqualTo(mappings);
      assertThat(OffHeap.liveBytes()).isEqualTo(live);
      assertThat(heap).as("bytes on the heap for each step").isLessThan(BYTES_PER_STEP);
    }
  }

  /** By reflection, because the module under test does not read the management modules. */
  private static long allocatedBytes() throws ReflectiveOperationException {
    Object bean =
        Class.forName("java.lang.management.ManagementFactory")
            .getMethod("getThreadMXBean")
            .invoke(null);
    return (long)
        Class.forName("com.sun.management.ThreadMXBean")
            .getMethod("getCurrentThreadAllocatedBytes")
            .invoke(bean);
  }
}
