package dev.lanewise.data;

import dev.lanewise.tensor.Tensor;

/**
 * Some samples and their targets. The tensors are reused: they hold these values until the next
 * batch is taken or the epoch is closed.
 *
 * @param x F32 [b, ...], the normalized features, or I32 [b, t], tokens; contiguous
 * @param y I32 [b] or [b, t], the classes, F32 [b, classes], their probabilities in mixed batches,
 *     or F32 [b, k], the targets; contiguous
 * @param index the batch's place in the epoch, from 0
 */
public record Batch(Tensor x, Tensor y, int index) {
  /** {@return the number of samples, less for the last batch} */
  public int size() {
    return (int) x.dim(0);
  }
}
