package dev.lanewise.bench;

import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The training steps of {@code lanewise bench step}, under JMH's profilers. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH injects the parameters and calls setUp
public class StepBench {
  /** Which model. */
  @Param public dev.lanewise.cli.bench.StepBench model;

  /** Threads of the engine. */
  @Param({"1", "2"})
  public int threads;

  /** What is promised about bits. */
  @Param public dev.lanewise.engine.Mode mode;

  private Engine engine;
  private dev.lanewise.cli.bench.StepBench.Training training;
  private int batch;

  /** Builds the model. */
  @Setup
  public void setUp() {
    engine = Engine.of(EngineOptions.defaults().threads(threads).mode(mode));
    var size = model.size(0, 0);
    batch = size.batch();
    training = model.open(engine, size);
  }

  /** Frees everything. */
  @TearDown
  public void close() {
    training.close();
    engine.close();
  }

  /** One step. */
  @Benchmark
  public void step(Samples samples) {
    training.step();
    samples.samples += batch;
  }
}
