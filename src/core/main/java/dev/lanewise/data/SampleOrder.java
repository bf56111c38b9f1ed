package dev.lanewise.data;

import dev.lanewise.internal.random.RandomKey;
import dev.lanewise.internal.random.Shuffle;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Which samples an epoch sees, and in what order: a pure function of seed and epoch. */
sealed interface SampleOrder {

  /** The indices of the samples of an epoch over {@code samples} of them, as many. */
  int[] of(int samples, long seed, int epoch);

  /** As they lie. */
  record AsTheyLie() implements SampleOrder {
    @Override
    public int[] of(int samples, long seed, int epoch) {
      return IntStream.range(0, samples).toArray();
    }
  }

  /** Each once, at random. */
  record Shuffled() implements SampleOrder {
    @Override
    public int[] of(int samples, long seed, int epoch) {
      return Shuffle.permutation(RandomKey.ofSeed(seed).fold("shuffle").fold(epoch), samples);
    }
  }

  /** Drawn with replacement, each in proportion to its weight. */
  final class Weighted implements SampleOrder {
    /** The weights of the samples up to each, it included. */
    private final double[] sums;

    /**
     * With a weight for each sample.
     *
     * @throws DataException if one is negative or not finite, or none is positive
     */
    Weighted(double[] weights) {
      sums = weights.clone();
      for (int i = 0; i < weights.length; i++) {
        if (!(weights[i] >= 0 && weights[i] < Double.POSITIVE_INFINITY)) {
          throw new DataException(
              "weight %s of sample %d is out of range, expected a number of at least 0"
                  .formatted(weights[i], i));
        }
        sums[i] += i == 0 ? 0 : sums[i - 1];
      }
      double total = sums[sums.length - 1];
      if (!(total > 0 && total < Double.POSITIVE_INFINITY)) {
        throw new DataException("the weights of all samples add up to " + total);
      }
    }

    @Override
    public int[] of(int samples, long seed, int epoch) {
      RandomKey key = RandomKey.ofSeed(seed).fold("sample").fold(epoch);
      return IntStream.range(0, samples).map(i -> at(key.uniformDouble(i))).toArray();
    }

    /** The first sample up to which the weights exceed this share of them all. */
    private int at(double share) {
      double total = sums[sums.length - 1];
      double wanted = Math.nextUp(Math.min(share * total, Math.nextDown(total)));
      int found = Arrays.binarySearch(sums, wanted);
      int first = found < 0 ? -1 - found : found;
      while (first > 0 && sums[first - 1] == sums[first]) {
        first--; // equal sums: only the first of them has a weight
      }
      return first;
    }
  }
}
