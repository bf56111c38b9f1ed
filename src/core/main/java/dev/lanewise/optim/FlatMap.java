package dev.lanewise.optim;

import dev.lanewise.internal.concurrent.Parallel;
import dev.lanewise.internal.engine.CpuEngine;
import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.kernel.MapLoop;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.tensor.DTypeException;
import dev.lanewise.tensor.TensorStore;
import java.util.List;

/** One elementwise pass over flat slabs, in chunks that depend on their length alone. */
final class FlatMap {

  /** Elements per task: large enough to hide the fork, small enough to share. */
  private static final int GRAIN = 1 << 15;

  private final Parallel parallel;
  private final MapLoop loop;
  private final long elements;
  private final Parallel.Task task = this::chunk;
  private long[] at = {};
  private double[] params = {};

  /** A pass over slabs of the layout of {@code store}. */
  FlatMap(CpuEngine engine, TensorStore store, List<Expr> outputs) {
    parallel = engine.parallel();
    loop = engine.kernelSet().map(precision(store), 0, outputs);
    elements = store.flat().size();
  }

  static Precision precision(TensorStore store) {
    return switch (store.dtype()) {
      case F32 -> Precision.F32;
      case F64 -> Precision.F64;
      default ->
          throw new DTypeException(
              "optimizer: parameters are " + store.dtype() + ", expected F32 or F64.");
    };
  }

  /** Runs the pass, see {@link MapLoop#run}. */
  void run(long[] addresses, double[] scalars) {
    at = addresses;
    params = scalars;
    parallel.run(Math.toIntExact((elements + GRAIN - 1) / GRAIN), task);
  }

  private void chunk(int index) {
    long from = (long) index * GRAIN;
    loop.run(at, params, from, (int) Math.min(GRAIN, elements - from));
  }
}
