package dev.lanewise.bench;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
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
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A whole training step: forward, cross-entropy, backward, Adam. The same as {@code lanewise bench
 * step}, under JMH's profilers.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(org.openjdk.jmh.annotations.Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH injects the parameters and calls setUp
public class StepBench {
  private static final int CLASSES = 10;

  /** So small that the loss does not vanish, and with it gradients turn subnormal and slow. */
  private static final double RATE = 1e-8;

  /** 784-512-512-10 with batch 128, or 784-128-10 with batch 32. */
  @Param({"mlp", "mlp-small"})
  public String model;

  /** Threads of the engine. */
  @Param({"1", "2"})
  public int threads;

  /** What is promised about bits. */
  @Param public dev.lanewise.engine.Mode mode;

  private final Scope scope = Scope.open("bench");
  private Step step;

  /** Everything that one training loop holds. */
  private static final class Step {
    private final Engine engine;
    private final Sequential network;
    private final Tape tape;
    private final OptimizerState adam;
    private final Tensor input;
    private final Tensor labels;

    Step(Engine engine, String model, Scope scope) {
      this.engine = engine;
      boolean small = model.equals("mlp-small");
      int batch = small ? 32 : 128;
      network = (small ? small() : large()).initialize(1, DType.F32);
      tape = Tape.open(engine, network.store());
      adam = Adam.of(RATE).start(engine, network.store());
      input = Fixture.random(scope, batch, 784);
      labels = scope.of(new SplittableRandom(1).ints(batch, 0, CLASSES).toArray(), batch);
    }

    private static Sequential small() {
      return Sequential.of(Linear.of(784, 128), Layers.relu(), Linear.of(128, CLASSES));
    }

    private static Sequential large() {
      return Sequential.of(
          Linear.of(784, 512),
          Layers.relu(),
          Linear.of(512, 512),
          Layers.relu(),
          Linear.of(512, CLASSES));
    }

    long run() {
      tape.reset();
      Forward forward = Forward.training(tape, 1, adam.steps());
      Var output = network.forward(forward, tape.input(input));
      tape.backward(Loss.crossEntropy().of(output, tape.constant(labels)));
      adam.step();
      return input.shape().dim(0);
    }

    void close() {
      adam.close();
      tape.close();
      network.close();
      engine.close();
    }
  }

  /** Builds the model. */
  @Setup
  public void setUp() {
    Engine engine = Engine.of(EngineOptions.defaults().threads(threads).mode(mode));
    step = new Step(engine, model, scope);
  }

  /** Frees everything. */
  @TearDown
  public void close() {
    step.close();
    scope.close();
  }

  /** One step. */
  @Benchmark
  public void step(Samples samples) {
    samples.samples += step.run();
  }
}
