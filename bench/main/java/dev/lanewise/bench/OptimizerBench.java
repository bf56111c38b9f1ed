package dev.lanewise.bench;

import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import dev.lanewise.engine.KernelChoice;
import dev.lanewise.optim.AdamW;
import dev.lanewise.optim.OptimizerState;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.TensorStore;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** AdamW over one parameter tensor in F32, one fused pass. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(org.openjdk.jmh.annotations.Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH injects the parameters and calls setUp
public class OptimizerBench {
  /** Reads p, g, m and v, writes p, m and v. */
  private static final long BYTES_EACH = 7L * Float.BYTES;

  /** Which kernels. */
  @Param({"scalar", "vector"})
  public String kernels;

  /** Threads of the engine. */
  @Param({"1", "2"})
  public int threads;

  /** Parameters: in the last cache, in memory. */
  @Param({"1048576", "16777216"})
  public int n;

  private Parameters parameters;
  private Engine engine;
  private OptimizerState adam;

  /** Fills values and gradients and checks three steps against those of the scalar kernels. */
  @Setup
  public void setUp() {
    parameters = new Parameters(TensorStore.builder(DType.F32).add("p", Shape.of(n)).build());
    try (Scope scope = Scope.open("reference");
        Engine scalar = Engine.of(options(1, "scalar"))) {
      start(scope, scalar);
      adam.close();
      var expected = scope.allocate(DType.F32, Shape.of(n));
      expected.copyFrom(parameters.values().get("p"));
      engine = Engine.of(options(threads, kernels));
      start(scope, engine);
      Fixture.check(parameters.values().get("p"), expected, 0);
    }
  }

  private void start(Scope scope, Engine on) {
    parameters.values().get("p").copyFrom(Fixture.random(scope, n));
    parameters.gradients().get("p").copyFrom(Fixture.random(scope, 1, n).reshape(-1));
    adam = AdamW.of().start(on, parameters);
    for (int i = 0; i < 3; i++) {
      adam.step();
    }
  }

  private static EngineOptions options(int threads, String kernels) {
    return EngineOptions.defaults()
        .threads(threads)
        .kernels(KernelChoice.valueOf(kernels.toUpperCase(Locale.ROOT)));
  }

  /** Frees everything. */
  @TearDown
  public void close() {
    adam.close();
    engine.close();
    parameters.close();
  }

  /** One step. */
  @Benchmark
  public void adamw(Traffic traffic) {
    adam.step();
    traffic.bytes += BYTES_EACH * n;
  }
}
