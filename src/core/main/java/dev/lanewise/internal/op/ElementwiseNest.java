package dev.lanewise.internal.op;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.kernel.MapLoop;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.tensor.Layout;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;

/**
 * The loops around an elementwise kernel: inputs of any layout are broadcast to the shape of the
 * output, neighbouring axes are merged where every operand allows it, the innermost axis goes to
 * the kernel (each input with stride 1, or 0 for one element), the others are walked here. The work
 * is cut by shape alone.
 */
final class ElementwiseNest {

  private final Exec exec;
  private final Tensor[] in;

  /** Merged axes, outermost first; the last is the kernel's. */
  private final long[] dims;

  /** In elements, per input and merged axis. */
  private final long[][] strides;

  private final int depth;

  ElementwiseNest(Exec exec, Tensor[] inputs, Shape shape) {
    this.exec = exec;
    in = inputs.clone();
    int rank = shape.rank();
    dims = new long[Math.max(rank, 1)];
    strides = new long[in.length][dims.length];
    int last = merge(shape);
    for (int k = 0; k < in.length; k++) {
      if (strides[k][last] > 1) {
        in[k] = exec.allocate(in[k].dtype(), in[k].shape()).copyFrom(in[k]);
      }
    }
    depth = merge(shape) + 1;
  }

  /** Fills dims and strides; returns the index of the last merged axis. */
  private int merge(Shape shape) {
    int axis = 0;
    dims[0] = 1;
    for (long[] s : strides) {
      s[0] = 0;
    }
    long[] next = new long[in.length];
    for (int a = 0; a < shape.rank(); a++) {
      long dim = shape.dim(a);
      if (dim == 1) {
        continue;
      }
      boolean mergeable = dims[axis] == 1;
      boolean same = true;
      for (int k = 0; k < in.length; k++) {
        next[k] = strideOf(in[k].layout(), a - (shape.rank() - in[k].shape().rank()));
        same &= strides[k][axis] == next[k] * dim;
      }
      if (mergeable || same) {
        dims[axis] *= dim;
      } else {
        axis++;
        dims[axis] = dim;
      }
      for (int k = 0; k < in.length; k++) {
        strides[k][axis] = next[k];
      }
    }
    return axis;
  }

  private static long strideOf(Layout layout, int axis) {
    return axis < 0 || layout.shape().dim(axis) == 1 ? 0 : layout.stride(axis);
  }

  /** Runs the loop whose outputs are {@code outs}: contiguous, of the nest's shape. */
  void run(List<Expr> expressions, double[] params, Tensor... outs) {
    Precision precision = Ops.precision(outs[0].dtype());
    int operands = in.length + outs.length;
    long inner = dims[depth - 1];
    long rows = 1;
    for (int a = 0; a < depth - 1; a++) {
      rows *= dims[a];
    }
    if (inner == 0 || rows == 0) {
      return;
    }
    long broadcast = 0;
    long[] start = new long[operands];
    for (int k = 0; k < in.length; k++) {
      start[k] = in[k].address();
      broadcast |= strides[k][depth - 1] == 0 ? 1L << k : 0;
    }
    for (int k = 0; k < outs.length; k++) {
      start[in.length + k] = outs[k].address();
    }
    MapLoop loop = exec.kernels().map(precision, broadcast, expressions);
    if (rows == 1) {
      long piece = Exec.strip(inner, 1);
      int tasks = (int) ((inner + piece - 1) / piece);
      exec.parallel()
          .run(
              tasks,
              t -> {
                long from = t * piece;
                loop.run(start, params, from, Math.min(piece, inner - from));
              });
      return;
    }
    long rowsPerTask = Exec.piece(rows, inner);
    long total = rows;
    int tasks = (int) ((rows + rowsPerTask - 1) / rowsPerTask);
    exec.parallel()
        .run(
            tasks,
            t -> {
              long from = t * rowsPerTask;
              walk(
                  loop,
                  params,
                  start,
                  precision.bytes(),
                  from,
                  Math.min(total, from + rowsPerTask));
            });
  }

  private void walk(
      MapLoop loop, double[] params, long[] start, int bytes, long fromRow, long toRow) {
    long inner = dims[depth - 1];
    long[] at = new long[start.length];
    long[] step = new long[start.length];
    for (int k = 0; k < at.length; k++) {
      step[k] = (k < in.length ? strides[k][depth - 2] : inner) * bytes;
    }
    long count;
    for (long row = fromRow; row < toRow; row += count) {
      long next = dims[depth - 2] - row % dims[depth - 2];
      count = Math.min(Math.min(next, toRow - row), Integer.MAX_VALUE / 2);
      for (int k = 0; k < at.length; k++) {
        at[k] = start[k] + (k < in.length ? offset(strides[k], row) : row * inner) * bytes;
      }
      loop.run(at, step, params, 0, inner, (int) count);
    }
  }

  /** Element offset of outer row {@code row}. */
  private long offset(long[] stride, long row) {
    long offset = 0;
    long rest = row;
    for (int a = depth - 2; a >= 0; a--) {
      offset += rest % dims[a] * stride[a];
      rest /= dims[a];
    }
    return offset;
  }
}
