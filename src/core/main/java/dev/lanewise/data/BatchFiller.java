package dev.lanewise.data;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** Copies the samples of a batch into a slot, in the order of one epoch. */
final class BatchFiller {
  private final Batches batches;
  private final DataSet data;
  private final int[] order;
  private final int width;
  private final long targetBytes;

  BatchFiller(Batches batches, int[] order) {
    this.batches = batches;
    this.data = batches.data();
    this.order = order;
    this.width = (int) data.sampleShape().size();
    this.targetBytes = data.targetShape().size() * data.targets().dtype().bytes();
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
    Shape yShape = data.targetShape().insert(0, rows);
    Tensor x = scope.allocate(DType.F32, xShape);
    Tensor y = scope.allocate(data.targets().dtype(), yShape);
    return new Slot(x, y, x.segment(), y.segment());
  }

  /** Fills a slot with a batch. */
  Batch fill(Slot slot, int index) {
    int from = index * batches.batchSize();
    int rows = Math.min(batches.batchSize(), data.size() - from);
    DType dtype = data.features().dtype();
    // Asked for with every batch: fails if the data set was closed meanwhile.
    MemorySegment features = data.features().segment();
    MemorySegment targets = data.targets().segment();
    for (int i = 0; i < rows; i++) {
      int row = data.row(order[from + i]);
      Gather.features(dtype, features, row, slot.xBytes, i, width, batches.normalizer());
      MemorySegment.copy(targets, row * targetBytes, slot.yBytes, i * targetBytes, targetBytes);
    }
    return rows == slot.x.dim(0)
        ? new Batch(slot.x, slot.y, index)
        : new Batch(slot.x.slice(0, 0, rows), slot.y.slice(0, 0, rows), index);
  }
}
