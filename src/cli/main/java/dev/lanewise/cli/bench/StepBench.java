package dev.lanewise.cli.bench;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.Mode;
import dev.lanewise.nn.Forward;
import dev.lanewise.nn.Layers;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Loss;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.OptimizerState;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** The speed of whole training steps: forward, cross-entropy, backward, Adam; synthetic data. */
public enum StepBench {
  /** 784-512-512-10 with ReLU, batch 128. */
  MLP(
      "mlp",
      128,
      () ->
          Sequential.of(
              Linear.of(784, 512),
              Layers.relu(),
              Linear.of(512, 512),
              Layers.relu(),
              Linear.of(512, 10))),
  /** 784-128-10 with ReLU, batch 32. */
  MLP_SMALL(
      "mlp-small", 32, () -> Sequential.of(Linear.of(784, 128), Layers.relu(), Linear.of(128, 10)));

  private static final int FEATURES = 784;
  private static final int CLASSES = 10;

  /** Different batches, so that the loss does not vanish. */
  private static final int BATCHES = 16;

  private final String label;
  private final int batch;
  private final Supplier<Sequential> model;

  StepBench(String label, int batch, Supplier<Sequential> model) {
    this.label = label;
    this.batch = batch;
    this.model = model;
  }

  /**
   * What is measured.
   *
   * @param name of the model
   * @param batch samples in a step
   * @param threads that compute
   * @param mode of the engine
   * @param kernels in use
   * @param msPerStep median duration of a step in milliseconds
   * @param samplesPerS samples per second at that duration
   */
  public record Report(
      String name,
      int batch,
      int threads,
      Mode mode,
      String kernels,
      double msPerStep,
      double samplesPerS) {}

  /** The name on the command line. */
  public String label() {
    return label;
  }

  /** Measures for about {@code seconds}. */
  public Report run(Engine engine, double seconds) {
    try (Scope scope = Scope.open("synthetic data");
        Sequential network = model.get().initialize(1, DType.F32);
        Tape tape = Tape.open(engine, network.store());
        OptimizerState adam = Adam.of().start(engine, network.store())) {
      List<Tensor> inputs = new ArrayList<>();
      List<Tensor> labels = new ArrayList<>();
      fill(scope, inputs, labels);
      Loss loss = Loss.crossEntropy();
      double median =
          Medians.seconds(
              () -> {
                int index = (int) (adam.steps() % BATCHES);
                tape.reset();
                Var output =
                    network.forward(
                        Forward.training(tape, 1, adam.steps()), tape.input(inputs.get(index)));
                Var value = loss.of(output, tape.constant(labels.get(index)));
                if (!Double.isFinite(value.item())) {
                  throw new IllegalStateException("the loss of the benchmark is " + value.item());
                }
                tape.backward(value);
                adam.step();
              },
              seconds);
      return new Report(
          label,
          batch,
          engine.options().threads(),
          engine.options().mode(),
          engine.kernels(),
          median * 1e3,
          batch / median);
    }
  }

  private void fill(Scope scope, List<Tensor> inputs, List<Tensor> labels) {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < BATCHES; i++) {
      float[] pixels = new float[batch * FEATURES];
      for (int p = 0; p < pixels.length; p++) {
        pixels[p] = (float) random.nextDouble(-1, 1);
      }
      inputs.add(scope.of(pixels, batch, FEATURES));
      labels.add(scope.of(random.ints(batch, 0, CLASSES).toArray(), batch));
    }
  }
}
