package dev.lanewise.cli.report;

import dev.lanewise.data.DataSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * How a model that tells classes apart does on the test set.
 *
 * @param names the classes
 * @param confusion samples by true class, then by predicted one
 * @param calibration what became of predictions, by how sure the model was
 * @param calibrationError the expected calibration error: |accuracy - confidence| of each bin,
 *     weighted by its samples (Guo et al., arXiv:1706.04599)
 * @param mistakes wrong answers, those first that gave the true class the least probability
 */
record ClassFindings(
    List<String> names,
    long[][] confusion,
    List<Bin> calibration,
    double calibrationError,
    List<Mistake> mistakes) {
  private static final int BINS = 15;
  private static final int MOST_MISTAKES = 24;

  /**
   * Predictions of about the same confidence.
   *
   * @param samples how many
   * @param confidence mean probability of the predicted class
   * @param accuracy share of right answers
   */
  record Bin(long samples, double confidence, double accuracy) {}

  /**
   * A wrong answer.
   *
   * @param sample its index in the test set
   * @param truth the true class
   * @param predicted the predicted class
   * @param confidence probability of the predicted class
   * @param probability of the true class
   * @param image the sample as a data URI, or null if it is no picture
   */
  record Mistake(
      int sample,
      String truth,
      String predicted,
      double confidence,
      double probability,
      @Nullable String image) {}

  /** Gathers findings batch by batch. */
  static final class Counter {
    private final DataSet data;
    private final int classes;
    private final @Nullable SampleImage picture;
    private final long[][] confusion;
    private final long[] inBin = new long[BINS];
    private final long[] right = new long[BINS];
    private final double[] confidence = new double[BINS];
    private final PriorityQueue<Wrong> worst =
        new PriorityQueue<>(
            Comparator.comparingDouble((Wrong wrong) -> -wrong.probability)
                .thenComparingInt(wrong -> -wrong.row));
    private int rows;

    private record Wrong(
        int row, int truth, int predicted, double confidence, double probability) {}

    Counter(DataSet data) {
      this.data = data;
      classes = data.classes();
      picture = SampleImage.of(data);
      confusion = new long[classes][classes];
    }

    /** Adds rows of probabilities, [n, classes], and their true classes, [n]. */
    void add(float[] probabilities, int[] truths) {
      for (int i = 0; i < truths.length; i++) {
        add(probabilities, i * classes, truths[i]);
      }
    }

    private void add(float[] probabilities, int at, int truth) {
      int predicted = 0;
      for (int c = 1; c < classes; c++) {
        predicted = probabilities[at + c] > probabilities[at + predicted] ? c : predicted;
      }
      double sure = probabilities[at + predicted];
      confusion[truth][predicted]++;
      int bin = Math.clamp((int) (sure * BINS), 0, BINS - 1);
      inBin[bin]++;
      confidence[bin] += sure;
      if (predicted == truth) {
        right[bin]++;
      } else {
        worst.add(new Wrong(rows, truth, predicted, sure, probabilities[at + truth]));
        if (worst.size() > MOST_MISTAKES) {
          worst.remove();
        }
      }
      rows++;
    }

    ClassFindings findings() {
      List<Bin> bins = new ArrayList<>();
      double error = 0;
      for (int i = 0; i < BINS; i++) {
        if (inBin[i] > 0) {
          Bin bin = new Bin(inBin[i], confidence[i] / inBin[i], right[i] / (double) inBin[i]);
          bins.add(bin);
          error += Math.abs(bin.accuracy - bin.confidence) * bin.samples / rows;
        }
      }
      List<Mistake> mistakes =
          worst.stream().sorted(worst.comparator().reversed()).map(this::mistake).toList();
      return new ClassFindings(data.classNames(), confusion, bins, error, mistakes);
    }

    private Mistake mistake(Wrong wrong) {
      String image =
          picture != null && rows == data.size() ? picture.dataUri(data, wrong.row) : null;
      return new Mistake(
          wrong.row,
          data.classNames().get(wrong.truth),
          data.classNames().get(wrong.predicted),
          wrong.confidence,
          wrong.probability,
          image);
    }
  }
}
