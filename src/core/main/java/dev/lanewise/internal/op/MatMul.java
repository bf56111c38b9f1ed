package dev.lanewise.internal.op;

import dev.lanewise.internal.kernel.MatMulKernel;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The matrix product of the last two axes, {@code [.., m, k] x [.., k, n]}; leading axes broadcast.
 * Transposed inputs are read as they lie. Follows gemm-v1; work is cut along M or N by shape alone.
 */
public record MatMul() implements Op {

  /**
   * Multiply-adds per task: enough to hide the fork. Measured: with four times as many, a step of a
   * perceptron of 784-128-10 with batch 32 and two threads took 1.4 times as long.
   */
  private static final long GRAIN = 500_000;

  private static final int TILE = 64;

  /** Of one side of a matrix: loops over blocks and tiles of it count in ints. */
  private static final int LONGEST = Integer.MAX_VALUE - 2048;

  private static final int MAX_TASKS = 8;

  /** Tasks that large products have at least, where one side is cut first. */
  private static final int LEAST_TASKS = 4;

  /** As {@link #MAX_TASKS}, for the matrices of a batch. */
  private static final int MAX_BATCH_TASKS = 32;

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
    requireCountable(this, a, b, a.dim(-2), b.dim(-1), a.dim(-1));
    Shape batch = Shape.broadcast(name(), leading(a), leading(b));
    return batch.insert(batch.rank(), a.dim(-2)).insert(batch.rank() + 1, b.dim(-1));
  }

  /** Refuses a product of [m, k] and [k, n] with a side that loops cannot count. */
  static void requireCountable(Op op, Shape a, Shape b, long m, long n, long k) {
    if (Math.max(m, Math.max(n, k)) > LONGEST) {
      throw new ShapeException(
          "%s: a matrix is too long: %s x %s (at most %d rows or columns, cut it)"
              .formatted(op.name(), a, b, LONGEST));
    }
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
    if (out.size() == 0) {
      return;
    }
    if (out.shape().rank() == 2) {
      multiply(exec, in[0], in[1], null, out);
      return;
    }
    Shape batch = leading(out.shape());
    Batch a = Batch.of(exec, in[0], batch);
    Batch b = Batch.of(exec, in[1], batch);
    int m = Math.toIntExact(out.shape().dim(-2));
    int n = Math.toIntExact(out.shape().dim(-1));
    int k = Math.toIntExact(in[0].shape().dim(-1));
    long items = batch.size();
    long work = (long) m * n * Math.max(k, 1);
    if (items < MAX_TASKS && work > LEAST_TASKS * GRAIN) {
      Workspace scratch = new Workspace(exec);
      Tensor results = out.reshape(items, m, n);
      for (long i = 0; i < items; i++) {
        multiply(exec, scratch, a.item(i), b.item(i), k, null, results.select(0, i));
      }
      return;
    }
    MatMulKernel kernel = exec.kernels().matmul(Ops.precision(out.dtype()));
    long perTask = Math.max(Math.max(1, GRAIN / Math.max(1, work)), items / MAX_BATCH_TASKS);
    int tasks = Math.toIntExact((items + perTask - 1) / perTask);
    boolean transA = a.item(0).transposed;
    boolean transB = b.item(0).transposed;
    long stride = (kernel.workspaceBytes(transA, transB, m, n, k) + 63) / 64 * 64;
    long workspace = new Workspace(exec).atLeast(stride * tasks);
    long item = (long) m * n * out.dtype().bytes();
    exec.parallel()
        .run(
            tasks,
            t -> {
              for (long i = t * perTask; i < Math.min(items, (t + 1) * perTask); i++) {
                Operand x = a.item(i);
                Operand y = b.item(i);
                kernel.gemm(
                    transA,
                    transB,
                    m,
                    n,
                    k,
                    1,
                    x.address,
                    x.stride,
                    y.address,
                    y.stride,
                    0,
                    out.address() + i * item,
                    n,
                    workspace + t * stride);
              }
            });
  }

  /**
   * The matrices of a batch, which all lie alike.
   *
   * @param first the first one
   * @param all all of them, broadcast to the batch
   */
  private record Batch(Operand first, Tensor all) {
    static Batch of(Exec exec, Tensor t, Shape batch) {
      Tensor readable = Operand.inPlace(t) == null ? exec.contiguous(t) : t;
      int r = batch.rank();
      Shape wide = batch.insert(r, t.shape().dim(-2)).insert(r + 1, t.shape().dim(-1));
      Operand first = Objects.requireNonNull(Operand.inPlace(readable));
      return new Batch(first, readable.broadcastTo(wide));
    }

    Operand item(long index) {
      long offset = 0;
      long rest = index;
      for (int axis = all.shape().rank() - 3; axis >= 0; axis--) {
        long dim = all.shape().dim(axis);
        offset += rest % dim * all.layout().stride(axis);
        rest /= dim;
      }
      return new Operand(
          first.transposed, first.address + offset * all.dtype().bytes(), first.stride);
    }
  }

  /** Scratch memory that the products of a batch use one after the other. */
  private static final class Workspace {
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

  /**
   * {@code out = a b}, all of rank 2, plus the bias in each row.
   *
   * @param bias [n], contiguous, or null to add nothing
   */
  static void multiply(Exec exec, Tensor a, Tensor b, @Nullable Tensor bias, Tensor out) {
    Workspace scratch = new Workspace(exec);
    int k = Math.toIntExact(a.shape().dim(1));
    multiply(exec, scratch, Operand.of(exec, a), Operand.of(exec, b), k, bias, out);
  }

  private static void multiply(
      Exec exec,
      Workspace scratch,
      Operand left,
      Operand right,
      int k,
      @Nullable Tensor bias,
      Tensor out) {
    int m = Math.toIntExact(out.shape().dim(0));
    int n = Math.toIntExact(out.shape().dim(1));
    MatMulKernel kernel = exec.kernels().matmul(Ops.precision(out.dtype()));
    long wanted = Math.min(MAX_TASKS, (long) m * n * Math.max(k, 1) / GRAIN);
    // columns first: tasks of the same columns, but other rows, each copy that part of B
    int width = n < 2 * TILE ? n : tile(n, Math.max(1, wanted));
    int across = Math.max(1, (n + width - 1) / width);
    long down = across == 1 ? wanted : m > n && wanted >= LEAST_TASKS ? LEAST_TASKS / across : 1;
    int height = down > 1 ? tile(m, down) : Math.max(m, 1);
    int tasks = across * Math.max(1, (m + height - 1) / height);
    long workspaceBytes =
        kernel.workspaceBytes(
            left.transposed, right.transposed, Math.min(height, m), Math.min(width, n), k);
    long stride = (workspaceBytes + 63) / 64 * 64;
    long workspace = scratch.atLeast(stride * tasks);
    long c = out.address();
    long d = bias == null ? c : bias.address();
    int bytes = out.dtype().bytes();
    exec.parallel()
        .run(
            tasks,
            t -> {
              int row = t / across * height;
              int column = t % across * width;
              kernel.gemm(
                  left.transposed,
                  right.transposed,
                  Math.min(height, m - row),
                  Math.min(width, n - column),
                  k,
                  1,
                  left.address + left.offset(row, 0) * bytes,
                  left.stride,
                  right.address + right.offset(0, column) * bytes,
                  right.stride,
                  bias == null ? 0 : 1,
                  d + (long) column * bytes,
                  0,
                  c + ((long) row * n + column) * bytes,
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
      Operand found = inPlace(t);
      if (found != null) {
        return found;
      }
      Tensor copy = exec.allocate(t.dtype(), t.shape()).copyFrom(t);
      return new Operand(false, copy.address(), Math.max(t.shape().dim(-1), 1));
    }

    /** The first matrix of {@code t} where it lies, or null if kernels cannot read it so. */
    static @Nullable Operand inPlace(Tensor t) {
      int rank = t.shape().rank();
      long rows = t.shape().dim(-2);
      long columns = t.shape().dim(-1);
      long down = t.layout().stride(rank - 2);
      long across = t.layout().stride(rank - 1);
      if ((across == 1 || columns == 1) && (down >= columns || rows == 1)) {
        return new Operand(false, t.address(), Math.max(down, Math.max(columns, 1)));
      }
      if ((down == 1 || rows == 1) && (across >= rows || columns == 1)) {
        return new Operand(true, t.address(), Math.max(across, Math.max(rows, 1)));
      }
      return null;
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
