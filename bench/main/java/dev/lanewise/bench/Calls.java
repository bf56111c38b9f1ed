package dev.lanewise.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Counts calls, per nanosecond. */
@State(Scope.Thread)
@AuxCounters
public class Calls {
  /** Calls so far. */
  public long calls;
}
