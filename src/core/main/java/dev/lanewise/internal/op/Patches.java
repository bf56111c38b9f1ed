package dev.lanewise.internal.op;

import dev.lanewise.internal.kernel.MapLoop;
import dev.lanewise.internal.kernel.Memory;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Window;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The patches of images under windows that slide along both axes (im2col), and the transpose. With
 * them convolution is a matrix product and pooling a reduction.
 */
public final class Patches {
  private static final double[] NO_PARAMS = {};

  private Patches() {}

  /**
   * x[n, c, h, w] to patches[n, c, kh, kw, oh, ow]: the element of window (oy, ox) at (ky, kx).
   *
   * @param rows the windows along h
   * @param columns the windows along w
   * @param value of the padding
   */
  public record Unfold(Window rows, Window columns, double value) implements Op {
    @Override
    public String name() {
      return "unfold";
    }

    @Override
    public Shape shape(Shape... in) {
      Shape s = image(name(), in[0], 4);
      return Shape.of(
          s.dim(0),
          s.dim(1),
          rows.kernel(),
          columns.kernel(),
          rows.count(s.dim(2)),
          columns.count(s.dim(3)));
    }

    /** It copies. */
    @Override
    public long flops(Shape out, Shape... in) {
      return 0;
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      Tensor x = exec.contiguous(in[0]);
      Walk walk = new Walk(rows, columns, x.shape(), out.shape());
      Cells cells = out.dtype().bytes() == Integer.BYTES ? Cells.INT : Cells.LONG;
      long bits = cells.bits(value);
      long bytes = out.dtype().bytes();
      walk.planes(
          exec,
          plane -> {
            long image = x.address() + plane * walk.imageSize() * bytes;
            long patches = out.address() + plane * walk.patchSize() * bytes;
            walk.rows(
                (row, from, to, at) -> {
                  long target = patches + row * walk.ow * bytes;
                  cells.fill(bits, target, from);
                  cells.copy(
                      image + at * bytes, columns.stride(), target + from * bytes, to - from);
                  cells.fill(bits, target + to * bytes, walk.ow - to);
                });
          });
    }

    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      Shape s = in[0].shape();
      return List.of(new Pull(new Fold(rows, columns, s.dim(2), s.dim(3)), g));
    }
  }

  /**
   * The transpose of {@link Unfold}: patches[n, c, kh, kw, oh, ow] add up to x[n, c, h, w], each
   * element in the order of (ky, kx).
   *
   * @param rows the windows along h
   * @param columns the windows along w
   * @param height h
   * @param width w
   */
  public record Fold(Window rows, Window columns, long height, long width) implements Op {
    @Override
    public String name() {
      return "fold";
    }

    @Override
    public Shape shape(Shape... in) {
      Shape s = image(name(), in[0], 6);
      Shape expected =
          Shape.of(
              s.dim(0),
              s.dim(1),
              rows.kernel(),
              columns.kernel(),
              rows.count(height),
              columns.count(width));
      if (!s.equals(expected)) {
        throw new ShapeException(
            "fold: patches of %d x %d images are %s, found %s"
                .formatted(height, width, expected, s));
      }
      return Shape.of(s.dim(0), s.dim(1), height, width);
    }

    @Override
    public long flops(Shape out, Shape... in) {
      return in[0].size();
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      Tensor g = exec.contiguous(in[0]);
      Walk walk = new Walk(rows, columns, out.shape(), g.shape());
      Precision p = Ops.precision(out.dtype());
      MapLoop add = exec.kernels().map(p, 0, List.of(ElementwiseTable.ADD.expression()));
      out.fill(0);
      walk.planes(
          exec,
          plane -> {
            long image = out.address() + plane * walk.imageSize() * p.bytes();
            long patches = g.address() + plane * walk.patchSize() * p.bytes();
            long[] at = new long[3];
            walk.rows(
                (row, from, to, first) -> {
                  at[0] = image + first * p.bytes();
                  at[1] = patches + (row * walk.ow + from) * p.bytes();
                  at[2] = at[0];
                  if (columns.stride() == 1) {
                    add.run(at, NO_PARAMS, 0, to - from);
                  } else {
                    addApart(p, at[1], at[0], columns.stride() * p.bytes(), to - from);
                  }
                });
          });
    }

    private static void addApart(Precision p, long source, long target, long step, int n) {
      for (int i = 0; i < n; i++) {
        long at = target + i * step;
        double value = Memory.get(p, source + (long) i * p.bytes());
        Memory.put(p, at, Memory.get(p, at) + value);
      }
    }

    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      return List.of(new Pull(new Unfold(rows, columns, 0), g));
    }
  }

  private static Shape image(String op, Shape s, int rank) {
    if (s.rank() != rank) {
      throw new ShapeException(
          "%s: expected %s, found %s"
              .formatted(op, rank == 4 ? "[n, c, h, w]" : "[n, c, kh, kw, oh, ow]", s));
    }
    return s;
  }

  /** Visits the rows of a plane's patches. */
  @FunctionalInterface
  private interface RowVisitor {
    /**
     * One row of ow elements.
     *
     * @param row its number within the plane
     * @param from its first element that is not padding
     * @param to the end of those; equal to {@code from} if all is padding
     * @param at where element {@code from} lies in the image; the next are a stride apart
     */
    void visit(long row, int from, int to, long at);
  }

  /** Visits one plane (one channel of one image). */
  @FunctionalInterface
  private interface PlaneVisitor {
    void visit(long plane);
  }

  /** The way through planes and rows that both directions share. */
  private static final class Walk {
    private final Window rows;
    private final Window columns;
    private final long planes;
    private final long height;
    private final long width;
    private final int oh;
    private final int ow;

    Walk(Window rows, Window columns, Shape image, Shape patches) {
      this.rows = rows;
      this.columns = columns;
      planes = image.dim(0) * image.dim(1);
      height = image.dim(2);
      width = image.dim(3);
      oh = Math.toIntExact(patches.dim(4));
      ow = Math.toIntExact(patches.dim(5));
    }

    long imageSize() {
      return height * width;
    }

    long patchSize() {
      return rows.kernel() * columns.kernel() * oh * ow;
    }

    void planes(Exec exec, PlaneVisitor visitor) {
      long perTask = Math.max(1, Exec.GRAIN / Math.max(1, patchSize()));
      int tasks = Math.toIntExact((planes + perTask - 1) / perTask);
      exec.parallel()
          .run(
              tasks,
              t -> {
                for (long i = t * perTask; i < Math.min(planes, (t + 1) * perTask); i++) {
                  visitor.visit(i);
                }
              });
    }

    void rows(RowVisitor visitor) {
      long row = 0;
      for (long ky = 0; ky < rows.kernel(); ky++) {
        for (long kx = 0; kx < columns.kernel(); kx++) {
          long left = kx * columns.dilation() - columns.padding();
          int from = Math.clamp(Math.ceilDiv(-left, columns.stride()), 0, ow);
          int to = Math.clamp(Math.ceilDiv(width - left, columns.stride()), from, ow);
          for (long oy = 0; oy < oh; oy++) {
            long y = oy * rows.stride() + ky * rows.dilation() - rows.padding();
            if (y >= 0 && y < height) {
              visitor.visit(row++, from, to, y * width + from * columns.stride() + left);
            } else {
              visitor.visit(row++, 0, 0, 0);
            }
          }
        }
      }
    }
  }

  /** Moves elements of 4 or 8 bytes without looking at them. */
  private enum Cells {
    INT {
      @Override
      long bits(double value) {
        return Float.floatToRawIntBits((float) value);
      }

      @Override
      void fill(long bits, long target, int n) {
        for (int i = 0; i < n; i++) {
          Memory.ALL.set(ValueLayout.JAVA_INT_UNALIGNED, target + 4L * i, (int) bits);
        }
      }

      @Override
      void copy(long source, long stride, long target, int n) {
        if (stride == 1) {
          MemorySegment.copy(Memory.ALL, source, Memory.ALL, target, 4L * n);
          return;
        }
        for (int i = 0; i < n; i++) {
          int cell = Memory.ALL.get(ValueLayout.JAVA_INT_UNALIGNED, source + 4 * stride * i);
          Memory.ALL.set(ValueLayout.JAVA_INT_UNALIGNED, target + 4L * i, cell);
        }
      }
    },
    LONG {
      @Override
      long bits(double value) {
        return Double.doubleToRawLongBits(value);
      }

      @Override
      void fill(long bits, long target, int n) {
        for (int i = 0; i < n; i++) {
          Memory.ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, target + 8L * i, bits);
        }
      }

      @Override
      void copy(long source, long stride, long target, int n) {
        if (stride == 1) {
          MemorySegment.copy(Memory.ALL, source, Memory.ALL, target, 8L * n);
          return;
        }
        for (int i = 0; i < n; i++) {
          long cell = Memory.ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, source + 8 * stride * i);
          Memory.ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, target + 8L * i, cell);
        }
      }
    };

    /** {@code value} as an element. */
    abstract long bits(double value);

    /** Sets {@code n} elements at address {@code target}. */
    abstract void fill(long bits, long target, int n);

    /** Copies {@code n} elements that are {@code stride} elements apart. */
    abstract void copy(long source, long stride, long target, int n);
  }
}
