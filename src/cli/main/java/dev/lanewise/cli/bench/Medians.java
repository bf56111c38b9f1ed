package dev.lanewise.cli.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;

/** Repeats a piece of work and measures it. */
public final class Medians {
  private static final double NANO = 1e-9;

  /** A piece of the warm-up, seconds. */
  private static final double WINDOW = 0.25;

  /** The JIT is done when so many windows in a row were not faster, by {@link #GAIN}, than any. */
  private static final int STEADY_WINDOWS = 8;

  private static final double GAIN = 0.98;
  private static final int MOST_WINDOWS = 80;

  private static final int LEAST_REPEATS = 5;

  private Medians() {}

  /**
   * Warms up until that makes nothing faster, then repeats for about {@code seconds}; returns the
   * median duration in seconds.
   */
  public static double seconds(Runnable work, double seconds) {
    return seconds(work, seconds, _ -> {});
  }

  /**
   * The same.
   *
   * @param phases hears what it is at
   */
  static double seconds(Runnable work, double seconds, Consumer<String> phases) {
    phases.accept("warming up");
    warmUp(work);
    phases.accept(String.format(Locale.ROOT, "measuring for %.1f s", seconds));
    return median(repeat(work, seconds));
  }

  private static void warmUp(Runnable work) {
    double best = Double.POSITIVE_INFINITY;
    int steady = 0;
    for (int i = 0; i < MOST_WINDOWS && steady < STEADY_WINDOWS; i++) {
      double now = median(repeat(work, WINDOW));
      steady = now < GAIN * best ? 0 : steady + 1;
      best = Math.min(best, now);
    }
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
