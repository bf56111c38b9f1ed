package dev.lanewise.bench.rivals;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.lanewise.cli.bench.Medians;
import dev.lanewise.cli.bench.StepBench;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The work of {@code lanewise bench step} by PyTorch, through DJL. */
final class DjlStep implements AutoCloseable {
  private static final float RATE = 1e-3f;
  private static final int BATCHES = 16;

  /** DJL does much in Java, which takes a while to be compiled. */
  private static final double WARM_UP_SECONDS = 2;

  private final StepBench bench;
  private final int batch;
  private final int threads;
  private final Model model = Model.newInstance("rival", "PyTorch");
  private final NDManager manager = model.getNDManager().newSubManager();
  private final Loss loss = Loss.softmaxCrossEntropyLoss();
  private final List<NDArray> inputs = new ArrayList<>();
  private final List<NDArray> labels = new ArrayList<>();
  private final Trainer trainer;
  private int steps;

  /**
   * What is measured; as {@link StepBench.Report}, but for who does it.
   *
   * @param rival the library
   */
  record Report(
      String name, int batch, int threads, String rival, double msPerStep, double samplesPerS) {}

  DjlStep(StepBench bench, int threads) {
    this.bench = bench;
    this.threads = threads;
    batch = bench.size(0, 0).batch();
    JniUtils.setNumInteropThreads(1);
    JniUtils.setNumThreads(threads);
    SplittableRandom random = new SplittableRandom(1);
    DjlModel work = DjlModel.of(bench);
    for (int i = 0; i < BATCHES; i++) {
      inputs.add(work.inputs(manager, random, batch));
      labels.add(work.labels(manager, random, batch));
    }
    model.setBlock(work.block());
    Optimizer adam = Optimizer.adam().optLearningRateTracker(Tracker.fixed(RATE)).build();
    trainer = model.newTrainer(new DefaultTrainingConfig(loss).optOptimizer(adam));
    trainer.initialize(inputs.getFirst().getShape());
  }

  /** Measures for about {@code seconds}. */
  Report run(double seconds) {
    Medians.seconds(this::step, WARM_UP_SECONDS);
    double median = Medians.seconds(this::step, seconds);
    Engine engine = Engine.getInstance();
    return new Report(
        bench.label(),
        batch,
        threads,
        "PyTorch %s by DJL".formatted(engine.getVersion()),
        median * 1e3,
        batch / median);
  }

  /** A step; what it makes belongs to the manager of its input, and goes with it. */
  private void step() {
    NDArray input = inputs.get(steps % BATCHES);
    NDArray label = labels.get(steps % BATCHES);
    steps++;
    try (NDManager scope = manager.newSubManager();
        GradientCollector gradients = trainer.newGradientCollector()) {
      input.attach(scope);
      label.attach(scope);
      NDArray value = loss.evaluate(new NDList(label), trainer.forward(new NDList(input)));
      if (!Float.isFinite(value.getFloat())) {
        throw new IllegalStateException("the loss of the benchmark is " + value.getFloat());
      }
      gradients.backward(value);
      input.attach(manager);
      label.attach(manager);
    }
    trainer.step();
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
  }
}
