package dev.lanewise.data;

import dev.lanewise.internal.random.RandomKey;
import dev.lanewise.internal.random.Shuffle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Divides data sets at random. Where samples have classes, each part has its share of each class
 * (stratified). Pure functions of the samples' classes, their number and the seed.
 */
public final class Folds {
  private Folds() {}

  /** Which samples are in which part. */
  record Parts(int[] train, int[] test) {}

  /**
   * Splits into training and test samples.
   *
   * @param data what to split
   * @param testFraction the test samples' share, above 0 and below 1; at least one sample is kept
   *     on each side
   * @param seed of the random order
   * @return two views; closing them does nothing
   * @throws DataException if the fraction is out of range or there are less than two samples
   */
  public static Splits split(DataSet data, double testFraction, long seed) {
    Parts parts = parts(labels(data), data.size(), testFraction, seed);
    return Splits.of(data.subset(parts.train), data.subset(parts.test));
  }

  /**
   * Makes the parts of a cross-validation: each sample is a test sample of one of them.
   *
   * @param data what to divide
   * @param folds how many, from 2 to the number of samples
   * @param seed of the random order
   * @return views; closing them does nothing
   * @throws DataException if there are too few samples
   */
  public static List<Splits> of(DataSet data, int folds, long seed) {
    if (folds < 2 || folds > data.size()) {
      throw new DataException(
          "cannot make %d folds of %d samples; expected 2 to that".formatted(folds, data.size()));
    }
    int[] order = order(labels(data), data.size(), seed);
    List<Splits> all = new ArrayList<>();
    for (int fold = 0; fold < folds; fold++) {
      int test = fold;
      all.add(
          Splits.of(
              data.subset(pick(order, i -> i % folds != test)),
              data.subset(pick(order, i -> i % folds == test))));
    }
    return all;
  }

  /** Splits {@code size} samples with these classes, null if they have none. */
  static Parts parts(int @Nullable [] labels, int size, double testFraction, long seed) {
    int[] order = order(labels, size, seed);
    boolean few = size * testFraction < 1;
    IntPredicate held = few ? i -> i == size - 1 : i -> isTest(i, testFraction);
    int[] train = pick(order, held.negate());
    int[] test = pick(order, held);
    if (!(testFraction > 0 && testFraction < 1) || train.length == 0) {
      throw new DataException(
          "cannot split %d samples at a test fraction of %s; it must lie between 0 and 1"
              .formatted(size, testFraction));
    }
    return new Parts(train, test);
  }

  /** Places evenly spread over the order. */
  private static boolean isTest(int place, double fraction) {
    return Math.floor((place + 1) * fraction) > Math.floor(place * fraction);
  }

  private static int[] pick(int[] order, IntPredicate wanted) {
    return IntStream.range(0, order.length).filter(wanted).map(i -> order[i]).toArray();
  }

  /** A random order, in which samples of a class are side by side. */
  private static int[] order(int @Nullable [] labels, int size, long seed) {
    int[] order = Shuffle.permutation(RandomKey.ofSeed(seed).fold("folds"), size);
    if (labels == null) {
      return order;
    }
    return IntStream.of(order)
        .boxed()
        .sorted(Comparator.comparingInt(i -> labels[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static int @Nullable [] labels(DataSet data) {
    if (!data.isClassification() || data.targetShape().rank() > 0) {
      return null;
    }
    return IntStream.range(0, data.size()).map(i -> data.target(i).getInt()).toArray();
  }
}
