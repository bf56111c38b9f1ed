package dev.lanewise.bench;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.kernel.Kernels;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.internal.kernel.ReduceLoop;
import dev.lanewise.internal.kernel.Reduction;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Reductions of n elements to one, in F32 on one thread: blocks and the tree that joins them. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(org.openjdk.jmh.annotations.Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH injects the parameters and calls setUp
public class ReduceBench {
  private static final double[] NO_PARAMS = {};

  /** Which kernels. */
  @Param({"scalar", "vector"})
  public String kernels;

  /** What joins two elements. */
  @Param({"SUM", "MAX"})
  public Reduction op;

  /** Elements: in the first cache and odd, in the last one, in memory. */
  @Param({"3001", "1048576", "16777216"})
  public int n;

  private final Scope scope = Scope.open("bench");
  private ReduceLoop loop;
  private Reduction.Blocks block;
  private long blocks;

  /** Compiles the loop and checks it against its scalar twin. */
  @Setup
  public void setUp() {
    long[] at = {Fixture.random(scope, n).address()};
    long lanes = scope.allocate(DType.U8, Shape.of(Reduction.LANES_BYTES)).address();
    blocks = Math.ceilDiv(n, Reduction.BLOCK);
    block =
        index -> {
          long from = index * Reduction.BLOCK;
          int count = (int) Math.min(Reduction.BLOCK, n - from);
          return loop.run(at, NO_PARAMS, from, count, lanes);
        };
    loop = loop(Kernels.scalar());
    double expected = value();
    loop = loop(Fixture.kernels(kernels));
    double found = value();
    if (found != expected) {
      throw new IllegalStateException("found " + found + ", by the reference " + expected);
    }
  }

  private ReduceLoop loop(Kernels set) {
    return set.reduce(Precision.F32, op, Expr.input(0));
  }

  private double value() {
    return op.tree(Precision.F32, 0, blocks, block);
  }

  /** Frees the memory. */
  @TearDown
  public void close() {
    scope.close();
  }

  /** One reduction. */
  @Benchmark
  public double reduce(Traffic traffic) {
    traffic.bytes += (long) n * Float.BYTES;
    return value();
  }
}
