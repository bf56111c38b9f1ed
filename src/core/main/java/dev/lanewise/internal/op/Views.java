package dev.lanewise.internal.op;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Layout;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ops that only look at memory in another way. */
public final class Views {
  private Views() {}

  /** The input itself. */
  public record Identity() implements Op.View {
    @Override
    public String name() {
      return "identity";
    }

    @Override
    public Shape shape(Shape... in) {
      return in[0];
    }

    @Override
    public Tensor view(Tensor in) {
      return in;
    }

    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      return List.of(new Pull(this, g));
    }
  }

  /** Axis i of the result is axis {@code axes[i]} of the input. */
  public record Permute(List<Integer> axes) implements Op.View {
    @Override
    public String name() {
      return "permute";
    }

    @Override
    public Shape shape(Shape... in) {
      return Layout.contiguous(in[0]).permute(array(axes)).shape();
    }

    @Override
    public Tensor view(Tensor in) {
      return in.permute(array(axes));
    }

    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      Integer[] inverse = new Integer[axes.size()];
      for (int i = 0; i < inverse.length; i++) {
        inverse[in[0].shape().axis(axes.get(i))] = i;
      }
      return List.of(new Pull(new Permute(List.of(inverse)), g));
    }

    private static int[] array(List<Integer> axes) {
      return axes.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  /** The same elements in row-major order under another shape; copies if it must. */
  public record Reshape(Shape target) implements Op {
    @Override
    public String name() {
      return "reshape";
    }

    @Override
    public DType dtype(DType... in) {
      return in[0];
    }

    @Override
    public Shape shape(Shape... in) {
      if (in[0].size() != target.size()) {
        throw new ShapeException(
            "reshape: %s has %d elements, %s has %d"
                .formatted(in[0], in[0].size(), target, target.size()));
      }
      return target;
    }

    /** The view, or null where the layout does not allow one. */
    public @Nullable Tensor viewOrNull(Tensor in) {
      return in.layout().reshape(target).isPresent() ? in.reshape(target.dims()) : null;
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      out.reshape(in[0].shape().dims()).copyFrom(in[0]);
    }

    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      return List.of(new Pull(new Reshape(in[0].shape()), g));
    }
  }

  /** Repeats along axes of length 1 and new leading axes, without copying. */
  public record Expand(Shape target) implements Op.View {
    @Override
    public String name() {
      return "expand";
    }

    @Override
    public Shape shape(Shape... in) {
      if (!Shape.broadcast(name(), in[0], target).equals(target)) {
        throw new ShapeException("expand: " + in[0] + " does not broadcast to " + target);
      }
      return target;
    }

    @Override
    public Tensor view(Tensor in) {
      return in.broadcastTo(target);
    }

    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      return List.of(new Pull(new Identity(), g));
    }
  }

  /** Elements {@code from[a] <= i < to[a]} along each axis a. */
  public record Slice(List<Long> from, List<Long> to) implements Op.View {
    @Override
    public String name() {
      return "slice";
    }

    @Override
    public Shape shape(Shape... in) {
      return layout(Layout.contiguous(in[0])).shape();
    }

    private Layout layout(Layout layout) {
      if (from.size() != layout.shape().rank() || to.size() != from.size()) {
        throw new ShapeException(
            "slice: %d starts and %d ends for %s"
                .formatted(from.size(), to.size(), layout.shape()));
      }
      Layout result = layout;
      for (int a = 0; a < from.size(); a++) {
        result = result.slice(a, from.get(a), to.get(a), 1);
      }
      return result;
    }

    @Override
    public Tensor view(Tensor in) {
      Tensor result = in;
      for (int a = 0; a < from.size(); a++) {
        result = result.slice(a, from.get(a), to.get(a));
      }
      return result;
    }

    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      Shape whole = in[0].shape();
      Long[] after = new Long[from.size()];
      for (int a = 0; a < after.length; a++) {
        after[a] = whole.dim(a) - to.get(a);
      }
      return List.of(new Pull(new Moves.Pad(from, Arrays.asList(after), 0), g));
    }
  }
}
