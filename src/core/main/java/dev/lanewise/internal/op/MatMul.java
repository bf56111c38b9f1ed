package dev.lanewise.internal.op;

import dev.lanewise.internal.kernel.MatMulKernel;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The matrix product of the last two axes, {@code [.., m, k] x [.., k, n]}; leading axes broadcast.
 * Transposed inputs are read as they lie. Follows gemm-v1; work is cut along M or N by shape alone.
 */
public record MatMul() implements Op {

  /** Multiply-adds per task: enough to hide the fork. */
  private static final long GRAIN = 2_000_000;

  private static final int TILE = 64;
  private static final int MAX_TASKS = 8;

  @Override
  public String name() {
    return "matmul";
  }

  @Override
  public Shape shape(Shape... in) {
    Shape a = in[0];
    Shape b = in[1];
    if (a.rank() < 2 || b.rank() < 2) {
      throw new ShapeException("matmul: needs at least two axes each: %s x %s".formatted(a, b));
    }
    if (a.dim(-1) != b.dim(-2)) {
      throw new ShapeException(
          "matmul: inner dimensions differ: %s x %s (%d != %d)"
              .formatted(a, b, a.dim(-1), b.dim(-2)));
    }
    if (Math.max(a.dim(-2), Math.max(a.dim(-1), b.dim(-1))) > Integer.MAX_VALUE - TILE) {
      throw new ShapeException("matmul: a matrix is too long: %s x %s".formatted(a, b));
    }
    Shape batch = Shape.broadcast(name(), leading(a), leading(b));
    return batch.insert(batch.rank(), a.dim(-2)).insert(batch.rank() + 1, b.dim(-1));
  }

  private static Shape leading(Shape s) {
    return s.without(s.rank() - 1).without(s.rank() - 2);
  }

  @Override
  public long flops(Shape out, Shape... in) {
    return 2 * out.size() * in[0].dim(-1);
  }

  @Override
  public void forward(Exec exec, Tensor[] in, Tensor out) {
    if (out.shape().rank() == 2) {
      multiply(exec, new Workspace(exec), in[0], in[1], 0, out);
      return;
    }
    Shape batch = leading(out.shape());
    Tensor a = broadcast(in[0], batch);
    Tensor b = broadcast(in[1], batch);
    batches(exec, new Workspace(exec), a, b, out);
  }

  private static Tensor broadcast(Tensor t, Shape batch) {
    int r = batch.rank();
    return t.broadcastTo(batch.insert(r, t.shape().dim(-2)).insert(r + 1, t.shape().dim(-1)));
  }

  private static void batches(Exec exec, Workspace workspace, Tensor a, Tensor b, Tensor out) {
    if (out.shape().rank() == 2) {
      multiply(exec, workspace, a, b, 0, out);
      return;
    }
    for (long i = 0; i < out.shape().dim(0); i++) {
      batches(exec, workspace, a.select(0, i), b.select(0, i), out.select(0, i));
    }
  }

  /** Scratch memory that the products of a batch use one after the other. */
  static final class Workspace {
    private final Exec exec;
    private long address;
    private long bytes = -1;

    Workspace(Exec exec) {
      this.exec = exec;
    }

    private long atLeast(long wanted) {
      if (wanted > bytes) {
        address = exec.allocate(DType.U8, Shape.of(wanted)).address();
        bytes = wanted;
      }
      return address;
    }
  }

  /** out = a x b + beta * out, all of rank 2. */
  static void multiply(Exec exec, Workspace scratch, Tensor a, Tensor b, double beta, Tensor out) {
    Operand left = Operand.of(exec, a);
    Operand right = Operand.of(exec, b);
    int m = Math.toIntExact(out.shape().dim(0));
    int n = Math.toIntExact(out.shape().dim(1));
    int k = Math.toIntExact(a.shape().dim(1));
    MatMulKernel kernel = exec.kernels().matmul(Ops.precision(out.dtype()));
    boolean splitRows = m > n;
    int length = splitRows ? m : n;
    long wanted = Math.min(MAX_TASKS, (long) m * n * Math.max(k, 1) / GRAIN);
    int tile = tile(length, Math.max(1, wanted));
    int tasks = Math.max(1, (length + tile - 1) / tile);
    long workspaceBytes =
        kernel.workspaceBytes(
            left.transposed, right.transposed, splitRows ? tile : m, splitRows ? n : tile, k);
    long stride = (workspaceBytes + 63) / 64 * 64;
    long workspace = scratch.atLeast(stride * tasks);
    long c = out.address();
    int bytes = out.dtype().bytes();
    exec.parallel()
        .run(
            tasks,
            t -> {
              int from = t * tile;
              int count = Math.min(tile, length - from);
              kernel.gemm(
                  left.transposed,
                  right.transposed,
                  splitRows ? count : m,
                  splitRows ? n : count,
                  k,
                  1,
                  left.address + (splitRows ? left.offset(from, 0) : 0) * bytes,
                  left.stride,
                  right.address + (splitRows ? 0 : right.offset(0, from)) * bytes,
                  right.stride,
                  beta,
                  c + (splitRows ? (long) from * n : from) * bytes,
                  n,
                  workspace + t * stride);
            });
  }

  /** {@code length} cut into {@code tasks} pieces of whole tiles. */
  private static int tile(int length, long tasks) {
    long piece = (length + tasks - 1) / tasks;
    return (int) Math.max(TILE, (piece + TILE - 1) / TILE * TILE);
  }

  /** A matrix as the kernels want it: stored row by row, or transposed so. */
  private record Operand(boolean transposed, long address, long stride) {
    static Operand of(Exec exec, Tensor t) {
      long rows = t.shape().dim(0);
      long columns = t.shape().dim(1);
      long down = t.layout().stride(0);
      long across = t.layout().stride(1);
      if ((across == 1 || columns == 1) && (down >= columns || rows == 1)) {
        return new Operand(false, t.address(), Math.max(down, Math.max(columns, 1)));
      }
      if ((down == 1 || rows == 1) && (across >= rows || columns == 1)) {
        return new Operand(true, t.address(), Math.max(across, Math.max(rows, 1)));
      }
      Tensor copy = exec.allocate(t.dtype(), t.shape()).copyFrom(t);
      return new Operand(false, copy.address(), Math.max(columns, 1));
    }

    long offset(long row, long column) {
      return transposed ? column * stride + row : row * stride + column;
    }
  }

  @Override
  public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
    return List.of(new Pull(this, g, swapLast(in[1])), new Pull(this, swapLast(in[0]), g));
  }

  /** The value with its last two axes exchanged. */
  static Value swapLast(Value v) {
    int rank = v.shape().rank();
    List<Integer> axes = new ArrayList<>();
    for (int a = 0; a < rank; a++) {
      axes.add(a < rank - 2 ? a : a == rank - 2 ? rank - 1 : rank - 2);
    }
    return v.apply(new Views.Permute(List.copyOf(axes)));
  }
}
