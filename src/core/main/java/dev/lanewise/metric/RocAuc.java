package dev.lanewise.metric;

import java.util.Arrays;

/**
 * The area under the receiver operating characteristic: the probability that a positive sample
 * scores higher than a negative one, a tie counting half (Hanley and McNeil 1982). Exact: it keeps
 * every score, 8 bytes a sample.
 */
public final class RocAuc {
  private double[] positives = new double[16];
  private double[] negatives = new double[16];
  private int positiveCount;
  private int negativeCount;

  /** Without samples yet. */
  public RocAuc() {}

  /**
   * Adds a sample.
   *
   * @param score higher for what is more likely positive; any increasing scale
   * @param positive whether it is
   */
  public void add(double score, boolean positive) {
    if (positive) {
      positives = roomy(positives, positiveCount);
      positives[positiveCount++] = score;
    } else {
      negatives = roomy(negatives, negativeCount);
      negatives[negativeCount++] = score;
    }
  }

  private static double[] roomy(double[] values, int count) {
    return count < values.length ? values : Arrays.copyOf(values, 2 * count);
  }

  /**
   * {@return the area, in [0, 1]; NaN without samples of both kinds or with a score that is NaN}
   */
  public double value() {
    double[] high = Arrays.copyOf(positives, positiveCount);
    double[] low = Arrays.copyOf(negatives, negativeCount);
    Arrays.sort(high);
    Arrays.sort(low);
    if (endsInNan(high) || endsInNan(low)) {
      return Double.NaN;
    }
    long twice = 0; // two for each pair in the right order, one for each tie
    int below = 0;
    int notAbove = 0;
    for (double score : high) {
      while (below < low.length && low[below] < score) {
        below++;
      }
      while (notAbove < low.length && low[notAbove] <= score) {
        notAbove++;
      }
      twice += below + notAbove;
    }
    return twice / (2.0 * high.length * low.length);
  }

  /** Sorting puts NaN last. */
  private static boolean endsInNan(double[] sorted) {
    return sorted.length == 0 || Double.isNaN(sorted[sorted.length - 1]);
  }
}
