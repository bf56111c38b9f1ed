package dev.lanewise.data;

import dev.lanewise.internal.random.RandomKey;
import dev.lanewise.internal.random.Shuffle;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How to walk over a data set: batch size, order, normalization, prefetch. Immutable. The last
 * batch of an epoch may be smaller; it is kept.
 *
 * <pre>{@code
 * Batches batches = data.batches(128).shuffled(true).normalized(Normalizer.standard(data));
 * try (Epoch epoch = batches.epoch(seed, 0)) {
 *   while (epoch.hasNext()) {
 *     Batch batch = epoch.next();
 *     ...
 *   }
 * }
 * }</pre>
 */
public final class Batches {
  private static final int DEFAULT_PREFETCH = 2;

  private final DataSet data;
  private final int batchSize;
  private final boolean shuffled;
  private final Normalizer normalizer;
  private final List<Augmentation> augmentations;
  private final int prefetch;

  /** Batches in order, as they are. */
  Batches(DataSet data, int batchSize) {
    this(data, batchSize, false, Normalizer.none(), List.of(), DEFAULT_PREFETCH);
  }

  private Batches(
      DataSet data,
      int batchSize,
      boolean shuffled,
      Normalizer normalizer,
      List<Augmentation> augmentations,
      int prefetch) {
    if (batchSize < 1) {
      throw new DataException("the batch size must be at least 1, not " + batchSize);
    }
    if (prefetch < 0) {
      throw new DataException("cannot prefetch " + prefetch + " batches");
    }
    normalizer.requireFits(data.sampleShape());
    if (data.isTokens() && !(normalizer.equals(Normalizer.none()) && augmentations.isEmpty())) {
      throw new DataException("tokens can be neither normalized nor augmented");
    }
    this.data = data;
    this.batchSize = batchSize;
    this.shuffled = shuffled;
    this.normalizer = normalizer;
    this.augmentations = List.copyOf(augmentations);
    this.prefetch = prefetch;
  }

  /**
   * Chooses the order.
   *
   * @param on whether each epoch has a random order, a pure function of seed and epoch; else the
   *     samples come as they lie
   * @return batches in that order
   */
  public Batches shuffled(boolean on) {
    return new Batches(data, batchSize, on, normalizer, augmentations, prefetch);
  }

  /**
   * Chooses the normalization.
   *
   * @param by what to do with the features
   * @return batches normalized by it
   * @throws dev.lanewise.tensor.ShapeException if it was fitted on samples of another size
   */
  public Batches normalized(Normalizer by) {
    return new Batches(data, batchSize, shuffled, by, augmentations, prefetch);
  }

  /**
   * Chooses the augmentations.
   *
   * @param all what is done to each sample after normalization, in order
   * @return batches so augmented
   */
  public Batches augmented(List<Augmentation> all) {
    return new Batches(data, batchSize, shuffled, normalizer, all, prefetch);
  }

  /**
   * Chooses how far a thread of its own prepares batches ahead. What comes out is the same.
   *
   * @param count batches, 0 for no thread
   * @return batches so prepared
   */
  public Batches prefetched(int count) {
    return new Batches(data, batchSize, shuffled, normalizer, augmentations, count);
  }

  /**
   * Returns the data set.
   *
   * @return what the batches are cut from
   */
  public DataSet data() {
    return data;
  }

  /**
   * Returns the batch size.
   *
   * @return samples in every batch but perhaps the last
   */
  public int batchSize() {
    return batchSize;
  }

  /**
   * Returns the normalization.
   *
   * @return what is done with the features
   */
  public Normalizer normalizer() {
    return normalizer;
  }

  /**
   * Returns the number of batches.
   *
   * @return batches in an epoch, the last partial one included
   */
  public int count() {
    return Math.ceilDiv(data.size(), batchSize);
  }

  /**
   * Starts an epoch.
   *
   * @param seed the seed of the order and of augmentation
   * @param epoch the epoch, from 0; each has its own order
   * @return the batches one by one, to be closed
   */
  public Epoch epoch(long seed, int epoch) {
    return epoch(seed, epoch, 0);
  }

  /**
   * Continues an epoch.
   *
   * @param seed the seed of the order
   * @param epoch the epoch, from 0
   * @param firstBatch the batch to begin with, from 0 to {@link #count}
   * @return the same batches from there on, to be closed
   */
  public Epoch epoch(long seed, int epoch, int firstBatch) {
    if (firstBatch < 0 || firstBatch > count()) {
      throw new DataException("no batch " + firstBatch + " in an epoch of " + count() + " batches");
    }
    return new Epoch(
        new BatchFiller(this, order(seed, epoch), augmentations, seed, epoch),
        firstBatch,
        prefetch);
  }

  private int[] order(long seed, int epoch) {
    int n = data.size();
    return shuffled
        ? Shuffle.permutation(RandomKey.ofSeed(seed).fold("shuffle").fold(epoch), n)
        : IntStream.range(0, n).toArray();
  }
}
