package dev.lanewise.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Counts floating-point operations; JMH prints them per nanosecond, which is GFLOP/s. */
@State(Scope.Thread)
@AuxCounters
public class Flops {
  /** Operations done so far. */
  public long flop;
}
