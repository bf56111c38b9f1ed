package dev.lanewise.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Counts the bytes that a kernel reads and writes; per nanosecond, which is GB/s. */
@State(Scope.Thread)
@AuxCounters
public class Traffic {
  /** Bytes so far. */
  public long bytes;
}
