package dev.lanewise.bench;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a call of a native function costs that does next to nothing: the C library's labs. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@SuppressWarnings("restricted")
public class NativeCallBench {
  private static final MethodHandle PLAIN = handle();
  private static final MethodHandle CRITICAL = handle(Linker.Option.critical(false));

  private long value = -1;

  private static MethodHandle handle(Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("labs"),
        FunctionDescriptor.of(JAVA_LONG, JAVA_LONG),
        options);
  }

  /** The usual call, at a safepoint. */
  @Benchmark
  public long plain(Calls calls) throws Throwable {
    calls.calls++;
    return (long) PLAIN.invokeExact(value);
  }

  /** A call that holds off the collector. */
  @Benchmark
  public long critical(Calls calls) throws Throwable {
    calls.calls++;
    return (long) CRITICAL.invokeExact(value);
  }
}
