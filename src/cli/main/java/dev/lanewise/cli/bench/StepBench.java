package dev.lanewise.cli.bench;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.Mode;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.Forward;
import dev.lanewise.nn.Layers;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Loss;
import dev.lanewise.nn.MaxPool2d;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.OptimizerState;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Window;
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
      new Pixels(784),
      () ->
          Sequential.of(
              Linear.of(784, 512),
              Layers.relu(),
              Linear.of(512, 512),
              Layers.relu(),
              Linear.of(512, 10))),
  /** 784-128-10 with ReLU, batch 32. */
  MLP_SMALL(
      "mlp-small",
      32,
      new Pixels(784),
      () -> Sequential.of(Linear.of(784, 128), Layers.relu(), Linear.of(128, 10))),
  /** LeNet-5 (LeCun et al. 1998) for 28 x 28 images, with ReLU and max pooling, batch 64. */
  LENET(
      "lenet",
      64,
      new Pixels(1, 28, 28),
      () ->
          Sequential.of(
              Conv2d.of(1, 6, Window.of(5).padding(2)),
              Layers.relu(),
              MaxPool2d.of(2),
              Conv2d.of(6, 16, 5),
              Layers.relu(),
              MaxPool2d.of(2),
              Layers.flatten(),
              Linear.of(400, 120),
              Layers.relu(),
              Linear.of(120, 84),
              Layers.relu(),
              Linear.of(84, 10))),
  /** Two 3 x 3 convolutions of 32 and 64 channels that keep the size, batch 64. */
  CNN(
      "cnn",
      64,
      new Pixels(1, 28, 28),
      () ->
          Sequential.of(
              Conv2d.of(1, 32, Window.of(3).padding(1)),
              Layers.relu(),
              MaxPool2d.of(2),
              Conv2d.of(32, 64, Window.of(3).padding(1)),
              Layers.relu(),
              MaxPool2d.of(2),
              Layers.flatten(),
              Linear.of(64 * 7 * 7, 128),
              Layers.relu(),
              Layers.dropout(0.5),
              Linear.of(128, 10))),
  /** A character-level transformer: 4 blocks, 4 heads, width 128, context 64, batch 12. */
  GPT("gpt", 12, new Tokens(64, 65), () -> Sequential.of(new Gpt(65, 64, 128, 4, 4)));

  private static final int CLASSES = 10;

  /** Different batches, so that the loss does not vanish. */
  private static final int BATCHES = 16;

  /** What a batch is made of. */
  private sealed interface Data {
    Tensor inputs(Scope scope, SplittableRandom random, int batch);

    Tensor labels(Scope scope, SplittableRandom random, int batch);
  }

  /** Samples of numbers, each of a class. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Pixels(long... dims) implements Data {
    @Override
    public Tensor inputs(Scope scope, SplittableRandom random, int batch) {
      Shape shape = Shape.of(dims).insert(0, batch);
      double[] pixels = random.doubles(shape.size(), -1, 1).toArray();
      return scope.allocate(DType.F32, shape).copyFrom(pixels);
    }

    @Override
    public Tensor labels(Scope scope, SplittableRandom random, int batch) {
      return scope.of(random.ints(batch, 0, CLASSES).toArray());
    }
  }

  /** Sequences of tokens, each with the token to predict. */
  private record Tokens(int context, int vocabulary) implements Data {
    @Override
    public Tensor inputs(Scope scope, SplittableRandom random, int batch) {
      return labels(scope, random, batch).reshape(batch, context);
    }

    @Override
    public Tensor labels(Scope scope, SplittableRandom random, int batch) {
      return scope.of(random.ints((long) batch * context, 0, vocabulary).toArray());
    }
  }

  private final String label;
  private final int batch;
  private final Data data;
  private final Supplier<Sequential> model;

  StepBench(String label, int batch, Data data, Supplier<Sequential> model) {
    this.label = label;
    this.batch = batch;
    this.data = data;
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
      SplittableRandom random = new SplittableRandom(1);
      for (int i = 0; i < BATCHES; i++) {
        inputs.add(data.inputs(scope, random, batch));
        labels.add(data.labels(scope, random, batch));
      }
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
}
