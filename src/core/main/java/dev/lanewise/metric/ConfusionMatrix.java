package dev.lanewise.metric;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How often each class was predicted as each, and what follows from it: for a class with {@code tp}
 * samples recognized, {@code fp} of others taken for it and {@code fn} not recognized,
 *
 * <pre>
 * precision = tp / (tp + fp)    recall = tp / (tp + fn)    F1 = 2 tp / (2 tp + fp + fn)
 * </pre>
 *
 * <p>each 0 where its divisor is. As {@code confusion_matrix} and {@code
 * precision_recall_fscore_support} of scikit-learn.
 */
public final class ConfusionMatrix {
  private final long[][] counts;
  private final long[] predictions;
  private final long[] truths;

  /**
   * A matrix of zeros.
   *
   * @param classes how many there are, at least 1; memory grows with their square
   */
  public ConfusionMatrix(int classes) {
    if (classes < 1) {
      throw new IllegalArgumentException(
          "confusion matrix: classes must be at least 1, found " + classes);
    }
    counts = new long[classes][classes];
    predictions = new long[classes];
    truths = new long[classes];
  }

  /** Counts a sample of class {@code truth} for which {@code predicted} was predicted. */
  public void add(int truth, int predicted) {
    check(truth);
    check(predicted);
    counts[truth][predicted]++;
    truths[truth]++;
    predictions[predicted]++;
  }

  private void check(int label) {
    if (label < 0 || label >= counts.length) {
      throw new IllegalArgumentException(
          "confusion matrix: class %d is not one of %d".formatted(label, counts.length));
    }
  }

  /** How many classes there are. */
  public int classes() {
    return counts.length;
  }

  /** Samples of class {@code truth} for which {@code predicted} was predicted. */
  public long count(int truth, int predicted) {
    return counts[truth][predicted];
  }

  /** A copy of all counts: a row for each true class, a column for each predicted one. */
  public long[][] counts() {
    return Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
  }

  /** Samples counted. */
  public long total() {
    return Arrays.stream(truths).sum();
  }

  /** Share of samples whose class was predicted; NaN without samples. */
  public double accuracy() {
    return hits() / (double) total();
  }

  private long hits() {
    return IntStream.range(0, classes()).mapToLong(c -> counts[c][c]).sum();
  }

  /** Of the samples taken for class {@code label}, the share that are of it. */
  public double precision(int label) {
    return share(counts[label][label], predictions[label]);
  }

  /** Of the samples of class {@code label}, the share that were recognized. */
  public double recall(int label) {
    return share(counts[label][label], truths[label]);
  }

  /** The harmonic mean of precision and recall of class {@code label}. */
  public double f1(int label) {
    return share(2 * counts[label][label], predictions[label] + truths[label]);
  }

  /** Precision over all classes. */
  public double precision(Average average) {
    return over(average, this::precision);
  }

  /** Recall over all classes. */
  public double recall(Average average) {
    return over(average, this::recall);
  }

  /** F1 over all classes. */
  public double f1(Average average) {
    return over(average, this::f1);
  }

  private double over(Average average, IntToDoubleFunction measure) {
    return switch (average) {
      case MICRO -> accuracy();
      case MACRO -> {
        double sum = 0;
        int occurring = 0;
        for (int c = 0; c < classes(); c++) {
          if (truths[c] + predictions[c] > 0) {
            sum += measure.applyAsDouble(c);
            occurring++;
          }
        }
        yield sum / occurring;
      }
    };
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : part / (double) whole;
  }
}
