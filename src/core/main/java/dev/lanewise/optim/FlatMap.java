package dev.lanewise.optim;

import dev.lanewise.internal.concurrent.Parallel;
import dev.lanewise.internal.engine.CpuEngine;
import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.kernel.MapLoop;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.internal.op.Exec;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.DTypeException;
import dev.lanewise.tensor.TensorStore;
import java.util.List;

/** One elementwise pass over runs of memory, in chunks that depend on their lengths alone. */
final class FlatMap {

  /**
   * A stretch of elements.
   *
   * @param at addresses of its first element in the inputs, then in the outputs
   * @param elements its length
   */
  record Run(long[] at, long elements) {

    /** All of some slabs of the same layout. */
    static Run of(TensorStore... slabs) {
      long[] at = new long[slabs.length];
      for (int i = 0; i < at.length; i++) {
        at[i] = slabs[i].flat().address();
      }
      return new Run(at, slabs[0].flat().size());
    }

    /** Elements of a task. */
    private long piece() {
      return Exec.strip(elements, 1);
    }
  }

  private final Parallel parallel;
  private final MapLoop loop;
  private final Run[] runs;

  /** Number of the first task of each run, then the number of all tasks. */
  private final int[] firstTask;

  private final Parallel.Task task = this::chunk;
  private double[] params = {};

  FlatMap(CpuEngine engine, DType dtype, List<Expr> outputs, List<Run> runs) {
    parallel = engine.parallel();
    loop = engine.kernelSet().map(precision(dtype), 0, outputs);
    this.runs = runs.toArray(Run[]::new);
    firstTask = new int[runs.size() + 1];
    for (int i = 0; i < this.runs.length; i++) {
      long piece = this.runs[i].piece();
      long tasks = (this.runs[i].elements + piece - 1) / piece;
      firstTask[i + 1] = Math.toIntExact(firstTask[i] + tasks);
    }
  }

  static Precision precision(DType dtype) {
    return switch (dtype) {
      case F32 -> Precision.F32;
      case F64 -> Precision.F64;
      default ->
          throw new DTypeException("optimizer: parameters are " + dtype + ", expected F32 or F64.");
    };
  }

  /** Runs the pass, see {@link MapLoop#run}. */
  void run(double... scalars) {
    params = scalars;
    parallel.run(firstTask[runs.length], task);
  }

  private void chunk(int index) {
    int i = 0;
    while (firstTask[i + 1] <= index) {
      i++;
    }
    long piece = runs[i].piece();
    long from = (index - firstTask[i]) * piece;
    loop.run(runs[i].at, params, from, Math.min(piece, runs[i].elements - from));
  }
}
