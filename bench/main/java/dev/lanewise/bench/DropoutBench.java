package dev.lanewise.bench;

import dev.lanewise.internal.kernel.Kernels;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.internal.kernel.RandomKernel;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Dropout with p = 0.2 in F32 on one thread: counter-based random bits, mask and scale. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(org.openjdk.jmh.annotations.Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH injects the parameters and calls setUp
public class DropoutBench {
  private static final long KEY = 0x5eed_0123_4567_89abL;
  private static final double P = 0.2;
  private static final int THRESHOLD = (int) (long) (P * 0x1p32);

  /** Which kernels. */
  @Param({"scalar", "vector"})
  public String kernels;

  /** Elements: in the first cache and odd, in the last one, in memory. */
  @Param({"3001", "1048576", "16777216"})
  public int n;

  private final Scope scope = Scope.open("bench");
  private RandomKernel kernel;
  private long x;
  private long out;

  /** Checks the mask against that of the scalar reference. */
  @Setup
  public void setUp() {
    x = Fixture.random(scope, n).address();
    Tensor found = scope.zeros(DType.F32, Shape.of(n));
    Tensor expected = scope.zeros(DType.F32, Shape.of(n));
    kernel = Kernels.scalar().random();
    drop(expected.address());
    kernel = Fixture.kernels(kernels).random();
    out = found.address();
    drop(out);
    Fixture.check(found, expected, 0);
  }

  private void drop(long target) {
    kernel.dropout(KEY, THRESHOLD, 1 / (1 - P), 0, n, x, target, Precision.F32);
  }

  /** Frees the memory. */
  @TearDown
  public void close() {
    scope.close();
  }

  /** One pass. */
  @Benchmark
  public void dropout(Traffic traffic) {
    drop(out);
    traffic.bytes += 2L * n * Float.BYTES;
  }
}
