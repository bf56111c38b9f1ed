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
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/** The speed of whole training steps: forward, cross-entropy, backward, Adam; synthetic data. */
public enum StepBench {
  /** 784-512-512-10 with ReLU, batch 128; the width is that of the hidden layers. */
  MLP(
      "mlp",
      new Size(128, 512),
      new Pixels(784),
      width ->
          Sequential.of(
              Linear.of(784, width),
              Layers.relu(),
              Linear.of(width, width),
              Layers.relu(),
              Linear.of(width, 10))),
  /** 784-128-10 with ReLU, batch 32; the width is that of the hidden layer. */
  MLP_SMALL(
      "mlp-small",
      new Size(32, 128),
      new Pixels(784),
      width -> Sequential.of(Linear.of(784, width), Layers.relu(), Linear.of(width, 10))),
  /** LeNet-5 (LeCun et al. 1998) for 28 x 28 images, with ReLU and max pooling, batch 64. */
  LENET(
      "lenet",
      new Size(64, 0),
      new Pixels(1, 28, 28),
      _ ->
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
      new Size(64, 0),
      new Pixels(1, 28, 28),
      _ ->
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
  GPT(
      "gpt",
      new Size(12, 128),
      new Tokens(64, 65),
      width -> Sequential.of(new Gpt(65, 64, width, 4, 4)));

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
  private final Size size;
  private final Data data;
  private final LongFunction<Sequential> model;

  StepBench(String label, Size size, Data data, LongFunction<Sequential> model) {
    this.label = label;
    this.size = size;
    this.data = data;
    this.model = model;
  }

  /**
   * How much work a step is.
   *
   * @param batch samples in a step
   * @param width of the hidden layers; 0 where a model has none that could be scaled
   */
  public record Size(int batch, int width) {
    private static final int MOST = 1 << 20;

    /** Another batch and width; 0 keeps what is. */
    Size with(int otherBatch, int otherWidth) {
      return new Size(otherBatch == 0 ? batch : otherBatch, otherWidth == 0 ? width : otherWidth);
    }

    private boolean isSane() {
      return batch > 0 && batch <= MOST && width >= 0 && width <= MOST;
    }
  }

  /**
   * What is measured.
   *
   * @param name of the model
   * @param batch samples in a step
   * @param width of the hidden layers, 0 where a model has none that could be scaled
   * @param threads that compute
   * @param mode of the engine
   * @param kernels in use
   * @param msPerStep median duration of a step in milliseconds
   * @param samplesPerS samples per second at that duration
   */
  public record Report(
      String name,
      int batch,
      int width,
      int threads,
      Mode mode,
      String kernels,
      double msPerStep,
      double samplesPerS) {}

  /**
   * The benchmark of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static StepBench of(String name) {
    return Arrays.stream(values())
        .filter(bench -> bench.label.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown benchmark \"%s\"; known: %s"
                        .formatted(
                            name,
                            Arrays.stream(values())
                                .map(StepBench::label)
                                .collect(Collectors.joining(", ")))));
  }

  /** The name on the command line. */
  public String label() {
    return label;
  }

  /**
   * The usual size, or another batch and width; 0 for what is usual.
   *
   * @throws IllegalArgumentException if it cannot be that size
   */
  public Size size(int batch, int width) {
    Size other = size.with(batch, width);
    if (!other.isSane() || (size.width == 0 && width != 0)) {
      throw new IllegalArgumentException(
          "bench step %s: found batch %d and width %d, expected numbers from 1 to %d%s"
              .formatted(
                  label, batch, width, Size.MOST, size.width == 0 ? ", and no width for it" : ""));
    }
    return other;
  }

  /** Everything that a training loop needs, ready for the first step. */
  public Training open(Engine engine, Size of) {
    return new Training(engine, this, of);
  }

  /**
   * Measures for about {@code seconds}.
   *
   * @param phases hears what it is at
   */
  public Report run(Engine engine, Size of, double seconds, Consumer<String> phases) {
    String name = label + ", batch " + of.batch + ": ";
    try (Training training = open(engine, of)) {
      double median =
          Medians.seconds(training::step, seconds, phase -> phases.accept(name + phase));
      return new Report(
          label,
          of.batch,
          of.width,
          engine.options().threads(),
          engine.options().mode(),
          engine.kernels(),
          median * 1e3,
          of.batch / median);
    }
  }

  /** A training loop, step by step. */
  public static final class Training implements AutoCloseable {
    private final Scope scope = Scope.open("synthetic data");
    private final List<Tensor> inputs = new ArrayList<>();
    private final List<Tensor> labels = new ArrayList<>();
    private final Loss loss = Loss.crossEntropy();
    private final Sequential network;
    private final Tape tape;
    private final OptimizerState adam;

    private Training(Engine engine, StepBench bench, Size size) {
      SplittableRandom random = new SplittableRandom(1);
      for (int i = 0; i < BATCHES; i++) {
        inputs.add(bench.data.inputs(scope, random, size.batch));
        labels.add(bench.data.labels(scope, random, size.batch));
      }
      network = bench.model.apply(size.width).initialize(1, DType.F32);
      tape = Tape.open(engine, network.store());
      adam = Adam.of().start(engine, network.store());
    }

    /**
     * One step.
     *
     * @throws IllegalStateException if its loss is not finite
     */
    public void step() {
      int index = (int) (adam.steps() % BATCHES);
      tape.reset();
      Var output =
          network.forward(Forward.training(tape, 1, adam.steps()), tape.input(inputs.get(index)));
      Var value = loss.of(output, tape.constant(labels.get(index)));
      if (!Double.isFinite(value.item())) {
        throw new IllegalStateException("the loss of the benchmark is " + value.item());
      }
      tape.backward(value);
      adam.step();
    }

    @Override
    public void close() {
      adam.close();
      tape.close();
      network.close();
      scope.close();
    }
  }
}
