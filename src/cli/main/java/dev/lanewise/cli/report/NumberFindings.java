package dev.lanewise.cli.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How a model that predicts numbers does on the test set, judged by the first number of a target.
 *
 * @param points some samples, evenly over the test set
 * @param residuals predicted - true, of all samples
 * @param worst the samples that are furthest off
 */
record NumberFindings(List<Point> points, Histogram residuals, List<Point> worst) {
  private static final int MOST_POINTS = 1000;
  private static final int MOST_WORST = 20;

  /**
   * One sample.
   *
   * @param sample its index in the test set
   * @param truth the true number
   * @param predicted what the model said
   */
  record Point(int sample, double truth, double predicted) {
    private double miss() {
      return Math.abs(predicted - truth);
    }
  }

  /** Judges {@code all} samples. */
  static NumberFindings of(List<Point> all) {
    List<Point> points = new ArrayList<>();
    int stride = Math.max(1, Math.ceilDiv(all.size(), MOST_POINTS));
    float[] residuals = new float[all.size()];
    for (int i = 0; i < residuals.length; i++) {
      Point point = all.get(i);
      residuals[i] = (float) (point.predicted - point.truth);
      if (i % stride == 0) {
        points.add(point);
      }
    }
    List<Point> worst =
        all.stream()
            .sorted(Comparator.comparingDouble(Point::miss).reversed())
            .limit(MOST_WORST)
            .toList();
    return new NumberFindings(points, Histogram.of("predicted - true", residuals), worst);
  }
}
