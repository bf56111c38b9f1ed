package dev.lanewise.data;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import java.util.List;

/**
 * How to walk over a data set: batch size, order, normalization, augmentation, prefetch. Immutable.
 * The last batch of an epoch may be smaller; it is kept.
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
  private final SampleOrder order;
  private final Normalizer normalizer;
  private final List<Augmentation> augmentations;
  private final List<Mixing> mixings;
  private final int prefetch;

  /** Batches in order, as they are. */
  Batches(DataSet data, int batchSize) {
    this(
        data,
        batchSize,
        new SampleOrder.AsTheyLie(),
        Normalizer.none(),
        List.of(),
        List.of(),
        DEFAULT_PREFETCH);
  }

  private Batches(
      DataSet data,
      int batchSize,
      SampleOrder order,
      Normalizer normalizer,
      List<Augmentation> augmentations,
      List<Mixing> mixings,
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
    if (data.isTokens() && !mixings.isEmpty()) {
      throw new DataException("tokens cannot be mixed");
    }
    if (data.sampleShape().rank() < 2
        && mixings.stream().anyMatch(Mixing.CutMix.class::isInstance)) {
      throw new DataException("cutmix needs images, not samples of shape " + data.sampleShape());
    }
    this.data = data;
    this.batchSize = batchSize;
    this.order = order;
    this.normalizer = normalizer;
    this.augmentations = List.copyOf(augmentations);
    this.mixings = List.copyOf(mixings);
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
    SampleOrder chosen = on ? new SampleOrder.Shuffled() : new SampleOrder.AsTheyLie();
    return new Batches(data, batchSize, chosen, normalizer, augmentations, mixings, prefetch);
  }

  /**
   * Draws the samples of each epoch at random, as many as there are, with replacement: PyTorch's
   * {@code WeightedRandomSampler}. A pure function of seed, epoch and weights.
   *
   * @param weights how likely each sample is, in proportion; one for each, at least 0
   * @return batches so drawn
   * @throws DataException if there is another number of weights, or one is out of range
   */
  public Batches weighted(double... weights) {
    if (weights.length != data.size()) {
      throw new DataException(
          "found %d weights for %d samples".formatted(weights.length, data.size()));
    }
    return new Batches(
        data,
        batchSize,
        new SampleOrder.Weighted(weights),
        normalizer,
        augmentations,
        mixings,
        prefetch);
  }

  /**
   * Chooses the normalization.
   *
   * @param by what to do with the features
   * @return batches normalized by it
   * @throws dev.lanewise.tensor.ShapeException if it was fitted on samples of another size
   * @throws DataException if the samples are tokens
   */
  public Batches normalized(Normalizer by) {
    return new Batches(data, batchSize, order, by, augmentations, mixings, prefetch);
  }

  /**
   * Chooses the augmentations.
   *
   * @param all what is done to each sample after normalization, in order
   * @return batches so augmented
   * @throws DataException if the samples are tokens
   */
  public Batches augmented(List<Augmentation> all) {
    return new Batches(data, batchSize, order, normalizer, all, mixings, prefetch);
  }

  /**
   * Chooses how the samples of a batch are mixed. Targets that are classes become probabilities F32
   * [b, classes], also in batches that are not mixed.
   *
   * @param all what is done to each batch after augmentation, in order; none for classes as they
   *     are
   * @return batches so mixed
   * @throws DataException if the samples are tokens, or no images where images are needed
   */
  public Batches mixed(List<Mixing> all) {
    return new Batches(data, batchSize, order, normalizer, augmentations, all, prefetch);
  }

  /**
   * Chooses how far a thread of its own prepares batches ahead. What comes out is the same.
   *
   * @param count batches, at least 0; 0 for no thread
   * @return batches so prepared
   * @throws DataException if it is less
   */
  public Batches prefetched(int count) {
    return new Batches(data, batchSize, order, normalizer, augmentations, mixings, count);
  }

  /** {@return the data set that the batches are cut from} */
  public DataSet data() {
    return data;
  }

  /** {@return samples in every batch but perhaps the last} */
  public int batchSize() {
    return batchSize;
  }

  /** {@return what is done with the features} */
  public Normalizer normalizer() {
    return normalizer;
  }

  /** {@return batches in an epoch, the last partial one included} */
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
   * @throws DataException if there is no such batch
   */
  public Epoch epoch(long seed, int epoch, int firstBatch) {
    if (firstBatch < 0 || firstBatch > count()) {
      throw new DataException("no batch " + firstBatch + " in an epoch of " + count() + " batches");
    }
    return new Epoch(new BatchFiller(this, seed, epoch), firstBatch, prefetch);
  }

  SampleOrder order() {
    return order;
  }

  List<Augmentation> augmentations() {
    return augmentations;
  }

  List<Mixing> mixings() {
    return mixings;
  }

  /** Whether classes come as probabilities. */
  boolean isSoft() {
    return !mixings.isEmpty() && data.isClassification();
  }

  /** The shape of one target, as it comes. */
  Shape targetShape() {
    return isSoft() ? Shape.of(data.classes()) : data.targetShape();
  }

  /** The type of targets, as they come. */
  DType targetType() {
    return isSoft() ? DType.F32 : data.targets().dtype();
  }
}
