package dev.lanewise.bench;

import com.sun.management.ThreadMXBean;
import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import dev.lanewise.engine.Mode;
import dev.lanewise.internal.kernel.Kernels;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.internal.kernel.RandomKernel;
import dev.lanewise.internal.kernel.Reduction;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Window;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Runs every family of vector kernels and whole training steps in this JVM until they are compiled,
 * and prints for each a line: name, tab, nanoseconds of a call, tab, bytes that a call allocates
 * beyond what it may; where, it tells on the error stream. What is run is what JMH runs, and
 * besides uniform draws and a step in F64.
 */
public final class KernelProbe {
  private static final long ROUND_NANOS = 50_000_000;

  /** Rounds to go on for before an allocation counts as there for good. */
  private static final int MOST_ROUNDS = 200;

  private static final int LEAST_ROUNDS = 8;

  /** As {@link #LEAST_ROUNDS}, for steps: all their kernels take longer to be compiled. */
  private static final int LEAST_STEP_ROUNDS = 40;

  /** As {@link #LEAST_STEP_ROUNDS}, where nothing before has run any of the kernels. */
  private static final int LEAST_F64_ROUNDS = 100;

  /** Bytes for a step's graph: objects of a few hundred operations, not vectors. */
  private static final int GRAPH = 1 << 20;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Map<String, Runnable> kernels = new LinkedHashMap<>();
  private final Map<String, Runnable> steps = new LinkedHashMap<>();
  private final Scope scope = Scope.open("probe");

  /** Keeps the JIT from dropping the work. */
  private volatile double sink;

  private KernelProbe() {
    // small enough for thousands of calls, after which C2 compiles what is around the loops
    for (String shape :
        new String[] {"128x512x784-NT", "128x512x10-NN", "256x196x64-TN", "33x17x65-TN"}) {
      add(new MatMulBench(), shape);
    }
    for (ElementwiseBench.Op op : ElementwiseBench.Op.values()) {
      add(new ElementwiseBench(), op);
    }
    for (Reduction op : new Reduction[] {Reduction.SUM, Reduction.MAX}) {
      add(new ReduceBench(), op);
    }
    add(new DropoutBench());
    addUniform();
    add(new OptimizerBench());
    for (dev.lanewise.cli.bench.StepBench model : dev.lanewise.cli.bench.StepBench.values()) {
      add(new StepBench(), model);
    }
  }

  private void add(MatMulBench bench, String shape) {
    bench.kernels = "vector";
    bench.shape = shape;
    bench.setUp();
    Flops flops = new Flops();
    kernels.put("matmul " + shape, () -> bench.matmul(flops));
  }

  private void add(ElementwiseBench bench, ElementwiseBench.Op op) {
    bench.kernels = "vector";
    bench.op = op;
    bench.n = 1009;
    bench.setUp();
    Traffic traffic = new Traffic();
    kernels.put("map " + op, () -> bench.map(traffic));
  }

  private void add(ReduceBench bench, Reduction op) {
    bench.kernels = "vector";
    bench.op = op;
    bench.n = 1009;
    bench.setUp();
    Traffic traffic = new Traffic();
    kernels.put("reduce " + op, () -> sink = bench.reduce(traffic));
  }

  private void add(DropoutBench bench) {
    bench.kernels = "vector";
    bench.n = 1009;
    bench.setUp();
    Traffic traffic = new Traffic();
    kernels.put("dropout", () -> bench.dropout(traffic));
  }

  private void addUniform() {
    int n = 1009;
    long out = scope.zeros(DType.F64, Shape.of(n)).address();
    RandomKernel kernel = Kernels.vector().random();
    for (Precision precision : Precision.values()) {
      kernels.put("uniform " + precision, () -> kernel.uniform(1, 0, n, out, precision));
    }
  }

  /** Products, moves and loops of a convolutional network: no step of the bench is in F64. */
  private Runnable stepInDoubles() {
    Window window = Window.of(3).padding(1);
    Tensor images = scope.copy(Fixture.random(scope, 16, 3, 12, 12), DType.F64);
    Tensor filters = scope.copy(Fixture.random(scope, 16, 3, 3, 3), DType.F64);
    Tensor weights = scope.copy(Fixture.random(scope, 10, 16 * 6 * 6), DType.F64);
    Tensor bias = scope.copy(Fixture.random(scope, 10), DType.F64);
    Tensor labels = scope.zeros(DType.I32, Shape.of(16));
    Engine engine = Engine.of(EngineOptions.defaults().threads(1));
    Tape tape = Tape.open(engine, null);
    return () -> {
      tape.reset();
      Var pixels =
          tape.variable(images).conv2dMaxPool2x2(tape.variable(filters), null, window, window);
      Var y = pixels.gelu().flatten(1).linear(tape.variable(weights), tape.variable(bias));
      tape.backward(y.crossEntropy(tape.input(labels), 0).mean());
    };
  }

  private void add(OptimizerBench bench) {
    bench.kernels = "vector";
    bench.threads = 1;
    bench.n = 10_007;
    bench.setUp();
    Traffic traffic = new Traffic();
    kernels.put("adamw", () -> bench.adamw(traffic));
  }

  private void add(StepBench bench, dev.lanewise.cli.bench.StepBench model) {
    bench.model = model;
    bench.threads = 1;
    bench.mode = Mode.STRICT;
    bench.setUp();
    Samples samples = new Samples();
    steps.put("step " + model.label(), () -> bench.step(samples));
  }

  /** See the class. */
  public static void main(String[] args) throws IOException {
    KernelProbe probe = new KernelProbe();
    for (Map.Entry<String, Runnable> kernel : probe.kernels.entrySet()) {
      probe.print(kernel.getKey(), kernel.getValue(), LEAST_ROUNDS, 0);
    }
    for (Map.Entry<String, Runnable> step : probe.steps.entrySet()) {
      probe.print(step.getKey(), step.getValue(), LEAST_STEP_ROUNDS, GRAPH);
    }
    probe.print("step in F64", probe.stepInDoubles(), LEAST_F64_ROUNDS, GRAPH);
  }

  private void print(String name, Runnable work, int least, double allowed) throws IOException {
    double fastest = Double.MAX_VALUE;
    double bytes = 1;
    for (int round = 0; round < least || (bytes > 0 && round < MOST_ROUNDS); round++) {
      int calls = 0;
      long allocated = threads.getCurrentThreadAllocatedBytes();
      long start = System.nanoTime();
      long now = start;
      while (now - start < ROUND_NANOS) {
        work.run();
        calls++;
        now = System.nanoTime();
      }
      bytes = (double) (threads.getCurrentThreadAllocatedBytes() - allocated) / calls - allowed;
      fastest = Math.min(fastest, (double) (now - start) / calls);
    }
    long beyond = (long) Math.ceil(Math.max(0, bytes));
    System.out.printf(Locale.ROOT, "%s\t%.1f\t%d%n", name, fastest, beyond);
    if (beyond > 0) {
      System.err.printf("%s allocates %s%n", name, AllocationSite.most(work));
    }
  }
}
