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
   * Starts without samples.
   *
   * @param classes how many there are, at least 1; memory grows with their square
   * @throws IllegalArgumentException if there are fewer
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

  /**
   * Counts a sample.
   *
   * @param truth its class, in [0, classes)
   * @param predicted the class that was predicted, in [0, classes)
   * @throws IllegalArgumentException if one of them is out of range
   */
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

  /** {@return how many classes there are} */
  public int classes() {
    return counts.length;
  }

  /**
   * {@return the number of samples of one class for which one was predicted}
   *
   * @param truth their class, in [0, classes)
   * @param predicted the class that was predicted, in [0, classes)
   */
  public long count(int truth, int predicted) {
    return counts[truth][predicted];
  }

  /**
   * {@return a copy of all counts, [classes][classes]: a row for each true class, a column for each
   * predicted one}
   */
  public long[][] counts() {
    return Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
  }

  /** {@return samples counted} */
  public long total() {
    return Arrays.stream(truths).sum();
  }

  /** {@return the share of samples whose class was predicted, in [0, 1]; NaN without samples} */
  public double accuracy() {
    return hits() / (double) total();
  }

  private long hits() {
    return IntStream.range(0, classes()).mapToLong(c -> counts[c][c]).sum();
  }

  /**
   * {@return the share, of the samples taken for a class, that are of it, in [0, 1]}
   *
   * @param label the class, in [0, classes)
   */
  public double precision(int label) {
    return share(counts[label][label], predictions[label]);
  }

  /**
   * {@return the share, of the samples of a class, that were recognized, in [0, 1]}
   *
   * @param label the class, in [0, classes)
   */
  public double recall(int label) {
    return share(counts[label][label], truths[label]);
  }

  /**
   * {@return the harmonic mean of precision and recall of a class, in [0, 1]}
   *
   * @param label the class, in [0, classes)
   */
  public double f1(int label) {
    return share(2 * counts[label][label], predictions[label] + truths[label]);
  }

  /**
   * {@return the precision over all classes, in [0, 1]; NaN without samples}
   *
   * @param average how classes are weighed
   */
  public double precision(Average average) {
    return over(average, this::precision);
  }

  /**
   * {@return the recall over all classes, in [0, 1]; NaN without samples}
   *
   * @param average how classes are weighed
   */
  public double recall(Average average) {
    return over(average, this::recall);
  }

  /**
   * {@return the F1 over all classes, in [0, 1]; NaN without samples}
   *
   * @param average how classes are weighed
   */
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
