package dev.lanewise.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.autodiff.Var;
import dev.lanewise.data.Batches;
import dev.lanewise.data.Digits;
import dev.lanewise.data.Normalizer;
import dev.lanewise.data.Splits;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import dev.lanewise.internal.concurrent.Parallel;
import dev.lanewise.internal.engine.CpuEngine;
import dev.lanewise.io.Checkpoint;
import dev.lanewise.nn.BatchNorm;
import dev.lanewise.nn.Forward;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Layers;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.AdamW;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.OffHeap;
import dev.lanewise.tensor.OffHeapBudgetException;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults in the middle of a step: the state stays that before it, is saved, and a run that goes on
 * from there ends with the bits of one that nothing happened to.
 */
class FaultsTest {
  private static final int EPOCHS = 2;
  private static final int FAILING_STEP = 9;

  @TempDir private Path folder;

  private final Engine engine = Engine.of(EngineOptions.defaults().threads(3));
  private final Splits data = Digits.open();
  private Batches train;

  /** Does something in the middle of the forward pass of one step. */
  private static final class Trap implements Layer {
    private final Runnable action;
    private int passes;

    Trap(Runnable action) {
      this.action = action;
    }

    @Override
    public String describe() {
      return "Trap()";
    }

    @Override
    public Shape outputShape(Shape sample) {
      return sample;
    }

    @Override
    public Var forward(Forward pass, Var x) {
      if (passes++ == FAILING_STEP) {
        action.run();
      }
      return x;
    }
  }

  @BeforeEach
  void open() {
    train = data.train().batches(128).shuffled(true).normalized(Normalizer.standard(data.train()));
  }

  @AfterEach
  void close() {
    engine.close();
    data.close();
  }

  /** The trap comes when batch normalization has changed its running statistics. */
  private static Sequential model(Runnable action) {
    return Sequential.of(
        Layers.flatten(),
        Linear.of(64, 24),
        BatchNorm.of(24),
        new Trap(action),
        Layers.relu(),
        Layers.dropout(0.2),
        Linear.of(24, 10));
  }

  private Trainer trainer(Sequential model) {
    return Trainer.of(model).engine(engine).optimizer(AdamW.of(2e-3)).seed(3);
  }

  private static List<float[]> state(Sequential model) {
    return List.of(model.store().values().flat().toFloats(), model.state().flat().toFloats());
  }

  private List<float[]> undisturbed() {
    try (Sequential model = model(() -> {})) {
      trainer(model).fit(train, null, EPOCHS);
      return state(model);
    }
  }

  private static Checkpoint newest(CheckpointFolder checkpoints, Scope scope) {
    return checkpoints.newest(
        scope,
        damaged -> {
          throw damaged;
        });
  }

  /** What a run that fails by {@code fault} throws, after checking that it can go on. */
  private void survives(
      String name, Runnable fault, Runnable repair, Class<? extends Throwable> failure) {
    CheckpointFolder checkpoints = new CheckpointFolder(folder, 1);
    try (Scope scope = Scope.open();
        Sequential failing = model(fault);
        Sequential resumed = model(() -> {})) {
      assertThatThrownBy(
              () -> trainer(failing).checkpoints(checkpoints, 0).fit(train, null, EPOCHS))
          .isInstanceOf(failure)
          .satisfies(e -> assertThat(e.getSuppressed()).isEmpty());
      repair.run();
      Checkpoint saved = newest(checkpoints, scope);
      assertThat(saved.require("step")).isEqualTo(Integer.toString(FAILING_STEP));
      trainer(resumed).fit(train, null, EPOCHS, saved);
      assertThat(state(resumed)).usingRecursiveComparison().isEqualTo(undisturbed());
    }
    survived(name);
  }

  /** What {@code bench/soak.sh} counts. */
  private static void survived(String name) {
    System.out.println(name + ": 1 injected, 1 survived, 0 lost");
  }

  @Test
  void anExceptionInTheStep() {
    survives(
        "exception in a step",
        () -> {
          throw new IllegalStateException("the step failed");
        },
        () -> {},
        IllegalStateException.class);
  }

  @Test
  void anExceptionInAWorkerThread() {
    Thread caller = Thread.currentThread();
    CountDownLatch failing = new CountDownLatch(1);
    Parallel.Task task =
        i -> {
          if (Thread.currentThread() != caller) {
            failing.countDown();
            throw new IllegalStateException("a worker failed");
          }
          await(failing); // so that a worker takes the other task
        };
    survives(
        "exception in a worker thread",
        () -> ((CpuEngine) engine).parallel().run(2, task),
        () -> assertThat(failing.getCount()).isZero(),
        IllegalStateException.class);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theOffHeapBudgetIsExceeded() {
    List<Scope> hogs = new ArrayList<>();
    Runnable takeEverything =
        () -> {
          OffHeap.trim();
          Scope hog = Scope.open("hog");
          hogs.add(hog);
          // what the step's own scopes still have free, a few allocations later, will not do
          long all = OffHeap.budget() - OffHeap.liveBytes() - (1 << 17);
          hog.allocate(DType.U8, Shape.of(all));
          Scope needsMore = Scope.open("step");
          hogs.add(needsMore);
          needsMore.allocate(DType.U8, Shape.of(1 << 20));
        };
    survives(
        "off-heap budget exceeded in a step",
        takeEverything,
        () -> hogs.forEach(Scope::close),
        OffHeapBudgetException.class);
  }

  @Test
  void anInterruptEndsTheRunAfterTheStep() {
    CheckpointFolder checkpoints = new CheckpointFolder(folder, 1);
    try (Scope scope = Scope.open();
        Sequential interrupted = model(() -> Thread.currentThread().interrupt());
        Sequential resumed = model(() -> {})) {
      var result = trainer(interrupted).checkpoints(checkpoints, 0).fit(train, null, EPOCHS);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(result.interrupted()).isTrue();
      Checkpoint saved = newest(checkpoints, scope);
      assertThat(saved.require("step")).isEqualTo(Integer.toString(FAILING_STEP + 1));
      trainer(resumed).fit(train, null, EPOCHS, saved);
      assertThat(state(resumed)).usingRecursiveComparison().isEqualTo(undisturbed());
    }
    survived("cancelled in a step");
  }

  @Test
  void aCheckpointThatCannotBeWrittenEndsTheRunOrNot() throws IOException {
    Path inTheWay = Files.writeString(folder.resolve("checkpoints"), "a file");
    CheckpointFolder checkpoints = new CheckpointFolder(inTheWay, 1);
    List<UncheckedIOException> failures = new ArrayList<>();
    try (Sequential model = model(() -> {})) {
      Trainer trainer = trainer(model).checkpoints(checkpoints, 5);
      assertThatThrownBy(() -> trainer.fit(train, null, EPOCHS))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("cannot write a checkpoint to " + inTheWay);
      var result = trainer.checkpointFailures(failures::add).fit(train, null, EPOCHS);
      assertThat(failures).hasSize((int) (result.steps() / 5));
      assertThat(state(model)).usingRecursiveComparison().isEqualTo(undisturbed());
      assertThat(inTheWay).hasContent("a file");
    }
    survived("file where the checkpoints belong");
  }
}
