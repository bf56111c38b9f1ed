package dev.lanewise.cli.report;

/**
 * How values are spread, in bins of equal width from the least to the greatest finite one.
 *
 * @param name whose values
 * @param count how many values, those that are not finite included
 * @param nonFinite how many of them are NaN or infinite
 * @param min the least finite value; 0 if there is none
 * @param max the greatest finite value; 0 if there is none
 * @param mean of the finite values
 * @param std standard deviation of the finite values, with divisor n
 * @param zeros share of values that are exactly 0
 * @param bins values in each bin
 */
record Histogram(
    String name,
    int count,
    int nonFinite,
    double min,
    double max,
    double mean,
    double std,
    double zeros,
    int[] bins) {
  private static final int BINS = 40;

  /** Counts {@code values}. */
  static Histogram of(String name, float[] values) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    double sum = 0;
    int finite = 0;
    int zeros = 0;
    for (float value : values) {
      if (Float.isFinite(value)) {
        min = Math.min(min, value);
        max = Math.max(max, value);
        sum += value;
        finite++;
        zeros += value == 0 ? 1 : 0;
      }
    }
    if (finite == 0) {
      return new Histogram(name, values.length, values.length, 0, 0, 0, 0, 0, new int[BINS]);
    }
    double mean = sum / finite;
    double width = max > min ? (max - min) / BINS : 1;
    double squares = 0;
    int[] bins = new int[BINS];
    for (float value : values) {
      if (Float.isFinite(value)) {
        squares += (value - mean) * (value - mean);
        bins[Math.min(BINS - 1, (int) ((value - min) / width))]++;
      }
    }
    return new Histogram(
        name,
        values.length,
        values.length - finite,
        min,
        max,
        mean,
        Math.sqrt(squares / finite),
        zeros / (double) values.length,
        bins);
  }
}
