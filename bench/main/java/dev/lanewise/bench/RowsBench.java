package dev.lanewise.bench;

import dev.lanewise.internal.kernel.Expr;
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

/**
 * A loop over rows of a matrix in the first-level cache, short ones and one long one: what a row
 * costs, and whether it depends on the rows that C2 saw when it compiled the loop.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(org.openjdk.jmh.annotations.Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH injects the parameters and calls setUp
public class RowsBench {
  private static final Expr SCALED = Expr.input(0).mul(Expr.param(0));
  private static final int ELEMENTS = 4096;

  /** Calls before anything is measured: enough for C2. */
  private static final int CALLS = 50_000;

  /** Elements of a row. */
  @Param({"16", "64", "128", "4096"})
  public int n;

  /** Elements of the rows that the loop is compiled for. */
  @Param({"64", "4096"})
  public int seen;

  private final Scope scope = Scope.open("bench");
  private final double[] factor = {1.5};
  private MapLoop loop;
  private long[] at;
  private long[] steps;

  /** Compiles the loop and checks it against its scalar twin. */
  @Setup
  public void setUp() {
    Tensor x = Fixture.random(scope, ELEMENTS);
    Tensor expected = scope.zeros(DType.F32, Shape.of(ELEMENTS));
    Tensor found = scope.zeros(DType.F32, Shape.of(ELEMENTS));
    at = new long[] {x.address(), expected.address()};
    loop = Kernels.scalar().map(Precision.F32, 0, List.of(SCALED));
    chooseRows(ELEMENTS);
    run(ELEMENTS);
    at = new long[] {x.address(), found.address()};
    loop = Kernels.vector().map(Precision.F32, 0, List.of(SCALED));
    chooseRows(seen);
    for (int i = 0; i < CALLS; i++) {
      run(seen);
    }
    Fixture.check(found, expected, 0);
    chooseRows(n);
  }

  private void chooseRows(int elements) {
    long row = (long) elements * Float.BYTES;
    steps = new long[] {row, row};
  }

  private void run(int elements) {
    loop.run(at, steps, factor, 0, elements, ELEMENTS / elements);
  }

  /** Frees the memory. */
  @TearDown
  public void close() {
    scope.close();
  }

  /** One pass over all rows. */
  @Benchmark
  public void rows(Traffic traffic) {
    run(n);
    traffic.bytes += 2L * ELEMENTS * Float.BYTES;
  }
}
