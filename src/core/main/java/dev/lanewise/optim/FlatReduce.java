package dev.lanewise.optim;

import dev.lanewise.internal.concurrent.Parallel;
import dev.lanewise.internal.engine.CpuEngine;
import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.kernel.Kernels;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.internal.kernel.ReduceLoop;
import dev.lanewise.internal.kernel.Reduction;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;

/**
 * Reductions over all tensors of a store: reduce-v1 within each tensor, then a fixed tree over the
 * tensors in registration order, in double. Keeps what it needs from call to call; one caller at a
 * time.
 */
final class FlatReduce implements AutoCloseable {

  /** As many as an elementwise chunk has. */
  private static final int BLOCKS_PER_TASK = 8;

  private final Parallel parallel;
  private final Kernels kernels;
  private final Precision precision;
  private final TensorStore store;

  /** First block of each tensor that has elements, then the number of all blocks. */
  private final int[] firstBlock;

  private final int tensors;

  /** Of each block: its first element in the slab, its length, its value. */
  private final long[] from;

  private final int[] length;
  private final double[] value;

  private final int tasks;
  private final TensorStore scratch;
  private final Parallel.Task task = this::blocks;
  private final Reduction.Blocks blockValues = this::block;
  private final Reduction.Blocks tensorValues = this::tensor;

  // of the call under way
  private Reduction reduction = Reduction.SUM;
  private ReduceLoop loop = (at, steps, params, first, n, rows, lanes, results) -> 0;
  private final long[] own = {0};
  private long[] at = own;
  private double[] params = {};
  private long lanes;

  FlatReduce(CpuEngine engine, TensorStore store) {
    parallel = engine.parallel();
    kernels = engine.kernelSet();
    precision = FlatMap.precision(store.dtype());
    this.store = store;
    Tensor[] full =
        store.names().stream().map(store::get).filter(t -> t.size() > 0).toArray(Tensor[]::new);
    tensors = full.length;
    firstBlock = new int[tensors + 1];
    for (int i = 0; i < tensors; i++) {
      long count = (full[i].size() + Reduction.BLOCK - 1) / Reduction.BLOCK;
      firstBlock[i + 1] = Math.toIntExact(firstBlock[i] + count);
    }
    int blocks = firstBlock[tensors];
    from = new long[blocks];
    length = new int[blocks];
    value = new double[blocks];
    for (int i = 0; i < tensors; i++) {
      long start = (full[i].address() - store.flat().address()) / precision.bytes();
      for (int b = firstBlock[i]; b < firstBlock[i + 1]; b++) {
        long done = (long) (b - firstBlock[i]) * Reduction.BLOCK;
        from[b] = start + done;
        length[b] = (int) Math.min(Reduction.BLOCK, full[i].size() - done);
      }
    }
    tasks = (blocks + BLOCKS_PER_TASK - 1) / BLOCKS_PER_TASK;
    scratch =
        TensorStore.builder(DType.U8)
            .label("reduction lanes")
            .add("lanes", Shape.of((long) tasks * Reduction.LANES_BYTES))
            .build();
  }

  /**
   * Reduces {@code expression} of all elements, which are its input 0.
   *
   * @return 0 when there are no elements
   */
  double of(Reduction how, Expr expression, double... scalars) {
    own[0] = store.flat().address();
    return of(how, expression, own, scalars);
  }

  /**
   * Reduces {@code expression} of the elements of several slabs of the store's layout.
   *
   * @param slabs their addresses, in the order of the inputs
   * @return 0 when there are no elements
   */
  double of(Reduction how, Expr expression, long[] slabs, double... scalars) {
    if (tensors == 0) {
      return 0;
    }
    reduction = how;
    loop = kernels.reduce(precision, how, expression);
    params = scalars;
    at = slabs;
    lanes = scratch.flat().address();
    parallel.run(tasks, task);
    return how.tree(Precision.F64, 0, tensors, tensorValues);
  }

  private void blocks(int index) {
    int end = Math.min(value.length, (index + 1) * BLOCKS_PER_TASK);
    long scratchLanes = lanes + (long) index * Reduction.LANES_BYTES;
    for (int b = index * BLOCKS_PER_TASK; b < end; b++) {
      value[b] = loop.run(at, params, from[b], length[b], scratchLanes);
    }
  }

  private double tensor(long index) {
    int i = (int) index;
    return reduction.tree(precision, firstBlock[i], firstBlock[i + 1], blockValues);
  }

  private double block(long index) {
    return value[(int) index];
  }

  @Override
  public void close() {
    scratch.close();
  }
}
