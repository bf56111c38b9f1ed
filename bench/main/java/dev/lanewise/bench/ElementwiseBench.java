package dev.lanewise.bench;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.kernel.Functions;
import dev.lanewise.internal.kernel.Kernels;
import dev.lanewise.internal.kernel.MapLoop;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Compiled elementwise loops in F32 on one thread, in cache and beyond. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(org.openjdk.jmh.annotations.Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH injects the parameters and calls setUp
public class ElementwiseBench {
  private static final Expr X = Expr.input(0);
  private static final double[] NO_PARAMS = {};

  /** Which kernels. */
  @Param({"scalar", "vector"})
  public String kernels;

  /** What is computed. */
  @Param public Op op;

  /** Elements: in the first cache and odd, in the last one, in memory. */
  @Param({"3001", "1048576", "16777216"})
  public int n;

  private final Scope scope = Scope.open("bench");
  private MapLoop loop;
  private long[] at;
  private long bytes;

  /** The expressions measured. */
  public enum Op {
    /** max(x, 0). */
    RELU(1, X.ifAtMost(Expr.ZERO, Expr.ZERO, X)),
    /** x + y. */
    ADD(2, X.add(Expr.input(1))),
    /** e^x. */
    EXP(1, Functions.EXP.of(X)),
    /** GELU with tanh. */
    GELU(1, Functions.geluTanh(X));

    private final int inputs;
    private final Expr expression;

    Op(int inputs, Expr expression) {
      this.inputs = inputs;
      this.expression = expression;
    }
  }

  /** Compiles the loop and checks it against its scalar twin. */
  @Setup
  public void setUp() {
    Tensor x = Fixture.random(scope, n);
    Tensor y = Fixture.random(scope, 1, n);
    Tensor expected = scope.zeros(DType.F32, Shape.of(n));
    Tensor found = scope.zeros(DType.F32, Shape.of(n));
    loop(Kernels.scalar()).run(operands(x, y, expected), NO_PARAMS, 0, n);
    loop = loop(Fixture.kernels(kernels));
    at = operands(x, y, found);
    loop.run(at, NO_PARAMS, 0, n);
    Fixture.check(found, expected, 0);
    bytes = (long) at.length * n * Float.BYTES;
  }

  private MapLoop loop(Kernels set) {
    return set.map(Precision.F32, 0, List.of(op.expression));
  }

  private long[] operands(Tensor x, Tensor y, Tensor out) {
    return op.inputs == 1
        ? new long[] {x.address(), out.address()}
        : new long[] {x.address(), y.address(), out.address()};
  }

  /** Frees the memory. */
  @TearDown
  public void close() {
    scope.close();
  }

  /** One pass. */
  @Benchmark
  public void map(Traffic traffic) {
    loop.run(at, NO_PARAMS, 0, n);
    traffic.bytes += bytes;
  }
}
