package dev.lanewise.metric;

import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * All measures of a classifier, over batches of log-probabilities. Sums run over samples in the
 * order in which they come.
 */
public final class Classification {
  /** The most classes for which a confusion matrix is kept: 8 MiB of counts. */
  public static final int MOST_CONFUSED = 1024;

  private final int classes;
  private final @Nullable ConfusionMatrix confusion;
  private final Calibration calibration = new Calibration();
  private final RocAuc rocAuc = new RocAuc();

  /** At r, the samples for which r classes were held more likely than theirs. */
  private final long[] ranks;

  private double surprise;
  private long samples;

  /**
   * Starts without samples.
   *
   * @param classes how many there are, at least 2
   * @throws IllegalArgumentException if there are fewer
   */
  public Classification(int classes) {
    if (classes < 2) {
      throw new IllegalArgumentException(
          "classification: classes must be at least 2, found " + classes);
    }
    this.classes = classes;
    confusion = classes <= MOST_CONFUSED ? new ConfusionMatrix(classes) : null;
    ranks = new long[classes];
  }

  /**
   * Adds a batch.
   *
   * @param logProbabilities [n, classes]
   * @param target [n] class indices, or [n, classes] probabilities, the largest of which is the
   *     class
   * @param ignored samples with this class index are left out
   * @throws ShapeException if the shapes do not fit
   * @throws IllegalArgumentException if a class index is not in [0, classes)
   */
  public void add(Tensor logProbabilities, Tensor target, long ignored) {
    Shape s = logProbabilities.shape();
    boolean soft = target.dtype().isFloating();
    if (s.rank() != 2
        || s.dim(1) != classes
        || !target.shape().equals(soft ? s : Shape.of(s.dim(0)))) {
      throw new ShapeException(
          "classification: expected log-probabilities [n, %d] and classes [n], found %s and %s"
              .formatted(classes, s, target.shape()));
    }
    double[] logs = logProbabilities.toDoubles();
    double[] shares = soft ? target.toDoubles() : new double[0];
    long[] labels = soft ? new long[0] : target.toLongs();
    for (int i = 0; i < s.dim(0); i++) {
      long truth = soft ? largest(shares, i * classes) : labels[i];
      if (soft || truth != ignored) {
        add(logs, i * classes, Math.toIntExact(truth));
      }
    }
  }

  private void add(double[] logs, int at, int truth) {
    if (truth < 0 || truth >= classes) {
      throw new IllegalArgumentException(
          "classification: class %d is not one of %d".formatted(truth, classes));
    }
    int predicted = largest(logs, at);
    ranks[rank(logs, at, truth)]++;
    surprise -= logs[at + truth];
    samples++;
    if (confusion != null) {
      confusion.add(truth, predicted);
    }
    double confidence = StrictMath.exp(logs[at + predicted]);
    if (confidence >= 0) {
      calibration.add(Math.min(1, confidence), predicted == truth);
    }
    if (classes == 2) {
      rocAuc.add(logs[at + 1] - logs[at], truth == 1);
    }
  }

  /** The class with the largest value, the lowest one of a tie. */
  private int largest(double[] values, int at) {
    int best = 0;
    for (int c = 1; c < classes; c++) {
      best = values[at + c] > values[at + best] ? c : best;
    }
    return best;
  }

  /** The classes that come before {@code truth}; NaN comes before and after everything. */
  private int rank(double[] logs, int at, int truth) {
    double own = logs[at + truth];
    int rank = 0;
    for (int c = 0; c < classes; c++) {
      double other = logs[at + c];
      boolean behind = other < own || other == own && c >= truth;
      rank += behind || c == truth ? 0 : 1;
    }
    return rank;
  }

  /** {@return how many classes there are} */
  public int classes() {
    return classes;
  }

  /** {@return samples counted, without those ignored} */
  public long samples() {
    return samples;
  }

  /**
   * {@return the share of samples whose class has the largest probability, in [0, 1]; NaN without
   * samples}
   */
  public double accuracy() {
    return topK(1);
  }

  /**
   * {@return the share of samples whose class is among the {@code k} most probable, in [0, 1]; NaN
   * without samples}
   *
   * @param k at least 1
   * @throws IllegalArgumentException if it is less
   */
  public double topK(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("top-k: k must be at least 1, found " + k);
    }
    long within = 0;
    for (int r = 0; r < Math.min(k, classes); r++) {
      within += ranks[r];
    }
    return within / (double) samples;
  }

  /** {@return the mean of -log p of the true classes, in nats; NaN without samples} */
  public double logLoss() {
    return surprise / samples;
  }

  /**
   * {@return e to the {@link #logLoss}: of so many equally likely classes the model is as unsure}
   */
  public double perplexity() {
    return StrictMath.exp(logLoss());
  }

  /** {@return which class is taken for which; null beyond {@link #MOST_CONFUSED} classes} */
  public @Nullable ConfusionMatrix confusion() {
    return confusion;
  }

  /** {@return how far the probabilities can be trusted} */
  public Calibration calibration() {
    return calibration;
  }

  /** {@return how well class 1 is told from class 0, in [0, 1]; NaN for more than two classes} */
  public double rocAuc() {
    return rocAuc.value();
  }
}
