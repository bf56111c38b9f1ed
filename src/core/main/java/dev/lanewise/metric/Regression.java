package dev.lanewise.metric;

import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;

/**
 * All measures of predicted numbers, over batches [n, ...], in the units of the targets. Sums run
 * over samples in the order in which they come.
 */
public final class Regression {
  private final int columns;

  /** Running means of the targets and sums of squared distances from them (Welford 1962). */
  private final double[] means;

  private final double[] spreads;
  private final double[] squares;
  private double absolute;
  private long samples;

  /**
   * Starts without samples.
   *
   * @param columns numbers in a sample, at least 1
   * @throws IllegalArgumentException if there are fewer
   */
  public Regression(int columns) {
    if (columns < 1) {
      throw new IllegalArgumentException(
          "regression: columns must be at least 1, found " + columns);
    }
    this.columns = columns;
    means = new double[columns];
    spreads = new double[columns];
    squares = new double[columns];
  }

  /**
   * Adds a batch.
   *
   * @param output [n, ...] what was predicted
   * @param target what it should have been, of the same shape
   * @throws ShapeException if the shapes do not fit
   */
  public void add(Tensor output, Tensor target) {
    Shape s = output.shape();
    if (!target.shape().equals(s) || s.rank() < 1 || s.size() != s.dim(0) * columns) {
      throw new ShapeException(
          "regression: expected outputs and targets of %d numbers a sample, found %s and %s"
              .formatted(columns, s, target.shape()));
    }
    double[] predicted = output.toDoubles();
    double[] truth = target.toDoubles();
    for (int i = 0; i < predicted.length; i++) {
      int c = i % columns;
      samples += c == 0 ? 1 : 0;
      double error = predicted[i] - truth[i];
      absolute += Math.abs(error);
      squares[c] += error * error;
      double distance = truth[i] - means[c];
      means[c] += distance / samples;
      spreads[c] += distance * (truth[i] - means[c]);
    }
  }

  /** {@return samples counted} */
  public long samples() {
    return samples;
  }

  /** {@return the mean absolute error over all numbers; NaN without samples} */
  public double mae() {
    return absolute / ((double) samples * columns);
  }

  /** {@return the root of the mean squared error over all numbers; NaN without samples} */
  public double rmse() {
    double sum = 0;
    for (double square : squares) {
      sum += square;
    }
    return Math.sqrt(sum / ((double) samples * columns));
  }

  /**
   * Computes the coefficient of determination, 1 - (sum of squared errors) / (sum of squared
   * distances of the targets from their mean), as {@code r2_score} of scikit-learn: a column whose
   * targets are all the same counts 1 if it was predicted exactly, else 0.
   *
   * @return the mean over the columns, at most 1; NaN without samples
   */
  public double r2() {
    if (samples == 0) {
      return Double.NaN;
    }
    double sum = 0;
    for (int c = 0; c < columns; c++) {
      double constant = squares[c] == 0 ? 1 : 0;
      sum += spreads[c] == 0 ? constant : 1 - squares[c] / spreads[c];
    }
    return sum / columns;
  }
}
