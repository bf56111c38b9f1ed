package dev.lanewise.internal.op;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ops that copy elements to other places without computing on them. */
public final class Moves {
  private Moves() {}

  /** Puts {@code value} before and after the elements along each axis. */
  public record Pad(List<Long> before, List<Long> after, double value) implements Op {
    @Override
    public String name() {
      return "pad";
    }

    @Override
    public DType dtype(DType... in) {
      return in[0];
    }

    @Override
    public Shape shape(Shape... in) {
      if (before.size() != in[0].rank() || after.size() != before.size()) {
        throw new ShapeException(
            "pad: %d pads before and %d after for %s"
                .formatted(before.size(), after.size(), in[0]));
      }
      Shape result = in[0];
      for (int a = 0; a < before.size(); a++) {
        if (before.get(a) < 0 || after.get(a) < 0) {
          throw new ShapeException("pad: pads must not be negative, found " + before + after);
        }
        result = result.with(a, Math.addExact(in[0].dim(a), before.get(a) + after.get(a)));
      }
      return result;
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      out.fill(value);
      slice(in[0].shape()).view(out).copyFrom(in[0]);
    }

    private Views.Slice slice(Shape inside) {
      List<Long> to = new ArrayList<>();
      for (int a = 0; a < before.size(); a++) {
        to.add(before.get(a) + inside.dim(a));
      }
      return new Views.Slice(before, to);
    }

    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      return List.of(new Pull(slice(in[0].shape()), g));
    }
  }

  /** Joins tensors along an axis that exists. */
  public record Concat(int axis) implements Op {
    @Override
    public String name() {
      return "concat";
    }

    @Override
    public Shape shape(Shape... in) {
      int a = in[0].axis(axis);
      long total = 0;
      for (Shape s : in) {
        if (s.rank() != in[0].rank() || !s.with(a, 1).equals(in[0].with(a, 1))) {
          throw new ShapeException(
              "concat: shapes differ outside axis %d: %s and %s".formatted(axis, in[0], s));
        }
        total += s.dim(a);
      }
      return in[0].with(a, total);
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      int a = out.shape().axis(axis);
      long from = 0;
      for (Tensor t : in) {
        long to = from + t.shape().dim(a);
        out.slice(a, from, to).copyFrom(t);
        from = to;
      }
    }

    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      int a = out.shape().axis(axis);
      List<@Nullable Pull> pulls = new ArrayList<>();
      long at = 0;
      for (Value v : in) {
        List<Long> from = new ArrayList<>();
        List<Long> to = new ArrayList<>();
        for (int i = 0; i < out.shape().rank(); i++) {
          from.add(i == a ? at : 0);
          to.add(i == a ? at + v.shape().dim(a) : out.shape().dim(i));
        }
        at += v.shape().dim(a);
        pulls.add(new Pull(new Views.Slice(from, to), g));
      }
      return pulls;
    }
  }

  /** Another element type; no gradient flows through integers. */
  public record Cast(DType target) implements Op {
    @Override
    public String name() {
      return "cast";
    }

    @Override
    public Shape shape(Shape... in) {
      return in[0];
    }

    @Override
    public DType dtype(DType... in) {
      return target;
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      out.copyFrom(in[0]);
    }

    @Override
    public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
      boolean differentiable = target.isFloating() && in[0].dtype().isFloating();
      List<@Nullable Pull> pulls = new ArrayList<>();
      pulls.add(differentiable ? new Pull(new Cast(in[0].dtype()), g) : null);
      return pulls;
    }
  }
}
