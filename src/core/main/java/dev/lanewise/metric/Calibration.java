package dev.lanewise.metric;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether predictions are right as often as they claim to be (Guo et al. 2017, On Calibration of
 * Modern Neural Networks): samples are sorted by the probability of their predicted class into bins
 * of equal width, {@code (lower, upper]}, and the expected calibration error is
 *
 * <pre>ECE = sum over bins of count / total * |accuracy - confidence|</pre>
 */
public final class Calibration {
  private final long[] counts;
  private final long[] correct;
  private final double[] confidences;

  /**
   * One bin of the reliability curve.
   *
   * @param lower the lowest probability, excluded
   * @param upper the highest, included
   * @param count samples in it
   * @param confidence their mean probability of the predicted class; NaN without samples
   * @param accuracy the share of them whose prediction was right; NaN without samples
   */
  public record Bin(double lower, double upper, long count, double confidence, double accuracy) {}

  /** With 15 bins, as in the paper. */
  public Calibration() {
    this(15);
  }

  /**
   * Starts without samples.
   *
   * @param bins how many, at least 1
   * @throws IllegalArgumentException if there are fewer
   */
  public Calibration(int bins) {
    if (bins < 1) {
      throw new IllegalArgumentException("calibration: bins must be at least 1, found " + bins);
    }
    counts = new long[bins];
    correct = new long[bins];
    confidences = new double[bins];
  }

  /**
   * Counts a sample.
   *
   * @param confidence probability of the predicted class, in [0, 1]
   * @param right whether the prediction was right
   * @throws IllegalArgumentException if {@code confidence} is out of range
   */
  public void add(double confidence, boolean right) {
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new IllegalArgumentException(
          "calibration: confidence must be in [0, 1], found " + confidence);
    }
    int bin = Math.max(0, (int) Math.ceil(confidence * counts.length) - 1);
    counts[bin]++;
    correct[bin] += right ? 1 : 0;
    confidences[bin] += confidence;
  }

  /** {@return the reliability curve, from the least confident bin to the most} */
  public List<Bin> bins() {
    List<Bin> bins = new ArrayList<>();
    double n = counts.length;
    for (int b = 0; b < counts.length; b++) {
      double count = counts[b];
      bins.add(new Bin(b / n, (b + 1) / n, counts[b], confidences[b] / count, correct[b] / count));
    }
    return List.copyOf(bins);
  }

  /** {@return the expected calibration error, in [0, 1]; NaN without samples} */
  public double error() {
    long total = 0;
    double sum = 0;
    for (int b = 0; b < counts.length; b++) {
      total += counts[b];
      sum += Math.abs(correct[b] - confidences[b]); // the bin's weight cancels its means' divisor
    }
    return sum / total;
  }
}
