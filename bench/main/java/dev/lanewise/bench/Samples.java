package dev.lanewise.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Counts training samples, per nanosecond. */
@State(Scope.Thread)
@AuxCounters
public class Samples {
  /** Samples so far. */
  public long samples;
}
