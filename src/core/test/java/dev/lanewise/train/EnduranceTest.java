package dev.lanewise.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import dev.lanewise.engine.KernelChoice;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Many small steps and many models: memory stays where it was. {@code -Dlanewise.soak=true} takes
 * 10^6 steps and 10^5 models.
 */
final class EnduranceTest {
  private static final boolean SOAK = Boolean.getBoolean("lanewise.soak");
  private static final int STEPS = SOAK ? 1_000_000 : 10_000;
  private static final int MODELS = SOAK ? 100_000 : 1_000;

  /** The heap, the code cache and the stacks settle during the first half of the steps. */
  private static final long RESIDENT_SLACK = 48L << 20;

  /** Other programs may take a part of the processor meanwhile; what grows takes far more. */
  private static final double STEP_TIME_SLACK = 2;

  private static Sequential model() {
    return Sequential.of(Linear.of(6, 8), Layers.relu(), Layers.dropout(0.1), Linear.of(8, 3));
  }

  @Test
  void stepsTakeNoMemory() throws IOException {
    var options = EngineOptions.defaults().threads(2).kernels(KernelChoice.SCALAR);
    try (var model = model().initialize(1, DType.F32);
        var engine = Engine.of(options);
        var tape = Tape.open(engine, model.store());
        var adam = AdamW.of(1e-3).start(engine, model.store());
        var data = Scope.open()) {
      var x = data.allocate(DType.F32, Shape.of(4, 6)).fill(0.5);
      var y = data.zeros(DType.I32, Shape.of(4));
      long live = 0;
      long mappings = 0;
      long resident = 0;
      long[] nanos = new long[STEPS];
      for (int step = 0; step < STEPS; step++) {
        long start = System.nanoTime();
        tape.reset();
        var pass = Forward.training(tape, 1, step);
        tape.backward(Loss.crossEntropy().of(model.forward(pass, tape.input(x)), tape.constant(y)));
        adam.step();
        nanos[step] = System.nanoTime() - start;
        if (step == 100) {
          live = OffHeap.liveBytes();
          mappings = OffHeap.mappings();
        }
        if (step == STEPS / 2) {
          resident = residentBytes();
        }
      }
      long grown = residentBytes() - resident;
      double first = medianMicroseconds(Arrays.copyOf(nanos, STEPS / 10));
      double last = medianMicroseconds(Arrays.copyOfRange(nanos, STEPS - STEPS / 10, STEPS));
      System.out.printf(
          "steps: %d taken, live bytes %d at step 100 and %d at the end, resident memory grew by %d"
              + " KiB in the second half, median step %.1f us in the first tenth and %.1f us in the"
              + " last%n",
          STEPS, live, OffHeap.liveBytes(), grown >> 10, first, last);
      assertThat(OffHeap.liveBytes()).isEqualTo(live);
      assertThat(OffHeap.mappings()).isEqualTo(mappings);
      if (SOAK) { // in a short run the heap is still touching its pages for the first time
        assertThat(grown).isLessThan(RESIDENT_SLACK);
        assertThat(last).as("median step, microseconds").isLessThan(STEP_TIME_SLACK * first);
      }
    }
  }

  private static double medianMicroseconds(long[] nanos) {
    Arrays.sort(nanos);
    return nanos[nanos.length / 2] * 1e-3;
  }

  @Test
  void modelsGiveBackWhatTheyTook() {
    long live = OffHeap.liveBytes();
    long mappings = 0;
    try (var engine = Engine.of(EngineOptions.defaults().threads(1).kernels(KernelChoice.SCALAR))) {
      for (int i = 0; i < MODELS; i++) {
        try (var model = model().initialize(i, DType.F32);
            var tape = Tape.open(engine, model.store());
            var data = Scope.open()) {
          var x = data.allocate(DType.F32, Shape.of(4, 6)).fill(0.5);
          model.predict(tape, tape.input(x));
        }
        if (i == 10) {
          mappings = OffHeap.mappings();
        }
      }
    }
    System.out.printf(
        "models: %d opened and closed, %d bytes leaked%n", MODELS, OffHeap.liveBytes() - live);
    assertThat(OffHeap.liveBytes()).isEqualTo(live);
    assertThat(OffHeap.mappings()).isEqualTo(mappings);
  }

  /** The pages in memory, of 4 KiB; 0 where the system does not say. */
  private static long residentBytes() throws IOException {
    Path statm = Path.of("/proc/self/statm");
    return Files.exists(statm)
        ? Long.parseLong(Files.readString(statm).split(" ", -1)[1]) << 12
        : 0;
  }

  @Test
  void aLeakIsNamedWithItsPlace() {
    try (Scope leaked = Scope.open("leaked")) {
      leaked.allocate(DType.F32, Shape.of(3));
      assertThat(OffHeap.owners())
          .anySatisfy(
              line ->
                  assertThat(line)
                      .startsWith("scope 'leaked': 1.0 MiB")
                      .contains("EnduranceTest.java:"));
    }
    assertThat(OffHeap.owners()).noneMatch(line -> line.contains("leaked"));
  }
}
