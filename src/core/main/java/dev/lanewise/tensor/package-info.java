/**
 * Data, shape and lifetime: tensors in off-heap memory, and nothing that computes.
 *
 * <p>A {@link dev.lanewise.tensor.Tensor} is a view that never owns memory. A {@link
 * dev.lanewise.tensor.Scope} owns what lives for a step, a {@link dev.lanewise.tensor.TensorStore}
 * what lives for a run. Both draw on one process-wide account, {@link dev.lanewise.tensor.OffHeap}.
 */
@NullMarked
package dev.lanewise.tensor;

import org.jspecify.annotations.NullMarked;
