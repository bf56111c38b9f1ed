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
 * What the distance between tensors does to a loop that goes through four of them, as an optimizer
 * does: the reason why blocks of memory do not all start at a huge page.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(org.openjdk.jmh.annotations.Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH injects the parameters and calls setUp
public class PlacementBench {
  /** Reads four tensors and writes three of them. */
  private static final long BYTES_EACH = 7L * Float.BYTES;

  private static final double[] NO_PARAMS = {};

  /** Elements of each, in the last cache. */
  @Param("1048576")
  public int n;

  /** MiB from the start of one tensor to that of the next. */
  @Param({"6", "256"})
  public int apart;

  /** Bytes between them beyond that: none, or 5 small pages and 9 cache lines. */
  @Param({"0", "21056"})
  public int stagger;

  private final Scope scope = Scope.open("bench");
  private MapLoop loop;
  private long[] at;

  /** Compiles the loop and places its tensors. */
  @Setup
  public void setUp() {
    Expr gradient = Expr.input(1);
    Expr mean = Expr.input(2).add(gradient);
    Expr square = Expr.input(3).add(gradient.mul(gradient));
    Expr value = Expr.input(0).sub(mean.mul(square));
    loop = Kernels.vector().map(Precision.F32, 0, List.of(value, mean, square));
    long distance = ((long) apart << 20) + stagger;
    // As many elements as bytes from tensor to tensor: room for four. Each is written, for memory
    // that was only ever read is one page of zeros.
    Tensor memory = scope.allocate(DType.F32, Shape.of(distance));
    for (int i = 0; i < 4; i++) {
      long from = i * distance / Float.BYTES;
      memory.slice(0, from, from + n).fill(1);
    }
    long first = memory.address();
    at =
        new long[] {
          first,
          first + distance,
          first + 2 * distance,
          first + 3 * distance,
          first,
          first + 2 * distance,
          first + 3 * distance
        };
  }

  /** Frees the memory. */
  @TearDown
  public void close() {
    scope.close();
  }

  /** One pass. */
  @Benchmark
  public void update(Traffic traffic) {
    loop.run(at, NO_PARAMS, 0, n);
    traffic.bytes += BYTES_EACH * n;
  }
}
