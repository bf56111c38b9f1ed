package dev.lanewise.internal.op;

import dev.lanewise.internal.kernel.PoolKernel;
import dev.lanewise.internal.kernel.Reduction;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Window;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * x[n, c, h, w] to the maxima of its windows of two by two, y[n, c, h / 2, w / 2]; a last odd row
 * or column is in no window. Elements that attain a maximum share its gradient.
 */
public record MaxPool() implements Op {
  private static final Window WINDOW = Window.of(2).stride(2);

  /** Windows per task. */
  private static final long GRAIN = Exec.GRAIN / 4;

  @Override
  public String name() {
    return "max_pool2d";
  }

  @Override
  public Shape shape(Shape... in) {
    Shape x = in[0];
    if (x.rank() != 4) {
      throw new ShapeException("max_pool2d: expected [n, c, h, w], found " + x);
    }
    return Shape.of(x.dim(0), x.dim(1), WINDOW.count(x.dim(2)), WINDOW.count(x.dim(3)));
  }

  @Override
  public void forward(Exec exec, Tensor[] in, Tensor out) {
    Tensor x = exec.contiguous(in[0]);
    PoolKernel kernel = exec.kernels().pool(Ops.precision(x.dtype()));
    run(exec, x, out, (grid, image, result) -> kernel.max(grid, x.address() + image, result));
  }

  /** Some planes of images at byte offset {@code image} and their results at an address. */
  @FunctionalInterface
  private interface Planes {
    void run(PoolKernel.Grid grid, long image, long result);
  }

  /** Shares out the planes. */
  private static void run(Exec exec, Tensor x, Tensor y, Planes work) {
    int bytes = x.dtype().bytes();
    int rows = Math.toIntExact(y.shape().dim(2));
    int columns = Math.toIntExact(y.shape().dim(3));
    long planes = x.shape().dim(0) * x.shape().dim(1);
    long plane = x.shape().dim(2) * x.shape().dim(3) * bytes;
    long row = x.shape().dim(3) * bytes;
    long perTask = Math.max(1, GRAIN / Math.max(1, (long) rows * columns));
    exec.parallel()
        .run(
            Math.toIntExact((planes + perTask - 1) / perTask),
            t -> {
              long from = t * perTask;
              int count = (int) Math.min(perTask, planes - from);
              work.run(
                  new PoolKernel.Grid(count, rows, columns, plane, row),
                  from * plane,
                  y.address() + from * rows * columns * bytes);
            });
  }

  /** By its own kernel, or where that is differentiated again, as the maxima of patches. */
  @Override
  public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
    if (!g.isRecorded()) {
      return List.of(new Pull(new Spread(), in[0], out, g));
    }
    Value patches = in[0].apply(new Patches.Unfold(WINDOW, WINDOW, 0));
    Pull pull =
        new Reduce(Reduction.MAX, List.of(2, 3), false)
            .gradient(new Value[] {patches}, out, g)
            .getFirst();
    Value[] rest = Arrays.copyOfRange(pull.in(), 1, pull.in().length);
    Shape x = in[0].shape();
    return List.of(
        new Pull(
            new Patches.Fold(WINDOW, WINDOW, x.dim(2), x.dim(3)),
            pull.in()[0].apply(pull.op(), rest)));
  }

  /** (x, y, g) to dx. */
  private record Spread() implements Op.Constant {
    @Override
    public String name() {
      return "max_pool2d'";
    }

    @Override
    public Shape shape(Shape... in) {
      return in[0];
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      Tensor x = exec.contiguous(in[0]);
      Tensor y = exec.contiguous(in[1]);
      Tensor g = exec.contiguous(in[2]);
      if (x.shape().dim(2) % 2 != 0 || x.shape().dim(3) % 2 != 0) {
        out.fill(0);
      }
      PoolKernel kernel = exec.kernels().pool(Ops.precision(x.dtype()));
      run(
          exec,
          x,
          y,
          (grid, image, maxima) ->
              kernel.maxGradient(
                  grid,
                  x.address() + image,
                  maxima,
                  g.address() + (maxima - y.address()),
                  out.address() + image));
    }
  }
}
