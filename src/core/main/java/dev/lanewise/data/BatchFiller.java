package dev.lanewise.data;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.lanewise.internal.random.RandomKey;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Copies the samples of a batch into a slot, in the order of one epoch. */
final class BatchFiller {
  private final Batches batches;
  private final DataSet data;
  private final int[] order;
  private final int width;
  private final long targetBytes;
  private final @Nullable Augmenter augmenter;
  private final @Nullable Mixer mixer;

  /** Whether a sample can come more than once; each time it is then augmented in another way. */
  private final boolean drawn;

  /** Elements by which this epoch reads sliding samples and their targets later. */
  private final long slide;

  BatchFiller(Batches batches, long seed, int epoch) {
    this.batches = batches;
    this.data = batches.data();
    this.order = batches.order().of(data.size(), seed, epoch);
    this.drawn = batches.order() instanceof SampleOrder.Weighted;
    this.width = (int) data.sampleShape().size();
    this.targetBytes = data.targetShape().size() * data.targets().dtype().bytes();
    RandomKey key = RandomKey.ofSeed(seed);
    this.augmenter =
        batches.augmentations().isEmpty()
            ? null
            : new Augmenter(
                batches.augmentations(),
                data.sampleShape(),
                batches.normalizer(),
                key.fold("augment").fold(epoch));
    this.mixer =
        batches.mixings().isEmpty()
            ? null
            : new Mixer(
                batches.mixings(),
                data.sampleShape(),
                batches.targetShape(),
                key.fold("mix").fold(epoch));
    this.slide = data.isSliding() ? key.fold("slide").below(width, epoch) : 0;
  }

  /** Memory for one batch. */
  record Slot(Tensor x, Tensor y, MemorySegment xBytes, MemorySegment yBytes) {}

  /** The number of batches in the epoch. */
  int count() {
    return batches.count();
  }

  /** Allocates a slot. */
  Slot slot(Scope scope) {
    long rows = Math.min(batches.batchSize(), data.size());
    Shape xShape = data.sampleShape().insert(0, rows);
    Shape yShape = batches.targetShape().insert(0, rows);
    Tensor x = scope.allocate(data.isTokens() ? DType.I32 : DType.F32, xShape);
    Tensor y = scope.allocate(batches.targetType(), yShape);
    return new Slot(x, y, x.segment(), y.segment());
  }

  /**
   * Fills a slot with a batch.
   *
   * @throws DataException if the samples are in a file that was cut short meanwhile
   */
  Batch fill(Slot slot, int index) {
    try {
      return read(slot, index);
    } catch (InternalError e) {
      // how the JDK reports a page of a mapped file that is not there
      throw new DataException(
          "the file that the samples lie in was cut short or cannot be read: " + e.getMessage(), e);
    }
  }

  private Batch read(Slot slot, int index) {
    int from = index * batches.batchSize();
    int rows = Math.min(batches.batchSize(), data.size() - from);
    // Asked for with every batch: fails if the data set was closed meanwhile.
    MemorySegment features = data.features().segment();
    MemorySegment targets = data.targets().segment();
    for (int i = 0; i < rows; i++) {
      read(features, targets, from + i, slot, i);
    }
    if (mixer != null) {
      mixer.apply(slot.xBytes, slot.yBytes, rows, index);
    }
    return rows == slot.x.dim(0)
        ? new Batch(slot.x, slot.y, index)
        : new Batch(slot.x.slice(0, 0, rows), slot.y.slice(0, 0, rows), index);
  }

  /** Sample {@code index} of the epoch: a method of its own takes C2 a third of the time. */
  private void read(
      MemorySegment features, MemorySegment targets, int index, Slot slot, int slotRow) {
    int row = data.row(order[index]);
    if (data.isTokens()) {
      long bytes = (long) width * Integer.BYTES;
      long at = row * bytes + slide * Integer.BYTES;
      copy(features, at, slot.xBytes, slotRow * bytes, bytes);
      copy(targets, at, slot.yBytes, slotRow * bytes, bytes);
      return;
    }
    DType dtype = data.features().dtype();
    Gather.features(dtype, features, row, slot.xBytes, slotRow, width, batches.normalizer());
    if (batches.isSoft()) {
      Gather.oneHot(targets, row, slot.yBytes, slotRow, data.classes());
    } else {
      copy(targets, row * targetBytes, slot.yBytes, slotRow * targetBytes, targetBytes);
    }
    if (augmenter != null) {
      augmenter.apply(slot.xBytes, slotRow, drawn ? index : order[index]);
    }
  }

  /** With layouts: of few bytes, C2 (25.0.3) may compile the form without them wrongly. */
  private static void copy(
      MemorySegment from, long fromAt, MemorySegment to, long toAt, long bytes) {
    MemorySegment.copy(from, JAVA_BYTE, fromAt, to, JAVA_BYTE, toAt, bytes);
  }
}
