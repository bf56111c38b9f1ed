package dev.lanewise.cli.bench;

import java.util.Arrays;

/** Repeats a piece of work and measures it. */
public final class Medians {
  private static final double NANO = 1e-9;

  /** Of the time to measure, this much more is spent on the JIT first. */
  private static final double WARM_UP = 0.4;

  /** What the JIT takes in any case to compile kernels, and Java around them, at its best. */
  private static final double LEAST_WARM_UP = 1;

  private static final int LEAST_REPEATS = 5;

  private Medians() {}

  /** Warms up, then repeats for about {@code seconds}; returns the median duration in seconds. */
  public static double seconds(Runnable work, double seconds) {
    repeat(work, Math.max(LEAST_WARM_UP, seconds * WARM_UP));
    return median(repeat(work, seconds));
  }

  private static double[] repeat(Runnable work, double seconds) {
    double[] durations = new double[1024];
    int count = 0;
    long start = System.nanoTime();
    long now = start;
    while (count < LEAST_REPEATS || (now - start) * NANO < seconds) {
      work.run();
      long end = System.nanoTime();
      if (count == durations.length) {
        durations = Arrays.copyOf(durations, 2 * count);
      }
      durations[count++] = (end - now) * NANO;
      now = end;
    }
    return Arrays.copyOf(durations, count);
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }
}
