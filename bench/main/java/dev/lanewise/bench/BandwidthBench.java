package dev.lanewise.bench;

import dev.lanewise.internal.concurrent.Parallel;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What the memory can do, to measure kernels by: copy and triad of STREAM (McCalpin 1995) in F32,
 * each thread on its own part. Bytes that a store reads first are not counted.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(org.openjdk.jmh.annotations.Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH injects the parameters and calls setUp
public class BandwidthBench {
  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Elements: in the first cache, in the last one, in memory. */
  @Param({"3008", "1048576", "16777216"})
  public int n;

  /** Threads that share the work. */
  @Param({"1", "2"})
  public int threads;

  private final Scope scope = Scope.open("bench");
  private Parallel parallel;
  private MemorySegment x;
  private MemorySegment y;
  private MemorySegment out;

  /** Fills the inputs. */
  @Setup
  public void setUp() {
    parallel = new Parallel(threads);
    x = Fixture.random(scope, n).segment();
    y = Fixture.random(scope, 1, n).segment();
    out = scope.zeros(DType.F32, Shape.of(n)).segment();
  }

  /** Frees the memory. */
  @TearDown
  public void close() {
    parallel.close();
    scope.close();
  }

  /** out = x. */
  @Benchmark
  public void copy(Traffic traffic) {
    parallel.run(threads, part -> copy(x, out, from(part), from(part + 1)));
    traffic.bytes += 2L * n * Float.BYTES;
  }

  /** out = x + 3 y. */
  @Benchmark
  public void triad(Traffic traffic) {
    parallel.run(threads, part -> triad(x, y, out, from(part), from(part + 1)));
    traffic.bytes += 3L * n * Float.BYTES;
  }

  private long from(int part) {
    return (long) n * Float.BYTES * part / threads;
  }

  private static void copy(MemorySegment x, MemorySegment out, long from, long to) {
    for (long at = from; at < to; at += LANES.vectorByteSize()) {
      FloatVector.fromMemorySegment(LANES, x, at, ORDER).intoMemorySegment(out, at, ORDER);
    }
  }

  private static void triad(
      MemorySegment x, MemorySegment y, MemorySegment out, long from, long to) {
    FloatVector three = FloatVector.broadcast(LANES, 3);
    for (long at = from; at < to; at += LANES.vectorByteSize()) {
      FloatVector.fromMemorySegment(LANES, y, at, ORDER)
          .fma(three, FloatVector.fromMemorySegment(LANES, x, at, ORDER))
          .intoMemorySegment(out, at, ORDER);
    }
  }
}
