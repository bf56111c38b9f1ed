package dev.lanewise.bench;

import dev.lanewise.internal.concurrent.Parallel;
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

/** What it costs to hand out work and wait for it, when there is nothing to do. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH injects the parameters and calls setUp
public class ForkJoinBench {
  private static final Parallel.Task NOTHING = _ -> {};

  /** Threads of the pool, and tasks. */
  @Param({"1", "2"})
  public int threads;

  private Parallel parallel;

  /** Starts the workers. */
  @Setup
  public void setUp() {
    parallel = new Parallel(threads);
  }

  /** Ends the workers. */
  @TearDown
  public void close() {
    parallel.close();
  }

  /** One task for each thread. */
  @Benchmark
  public void forkJoin(Calls calls) {
    parallel.run(threads, NOTHING);
    calls.calls++;
  }
}
