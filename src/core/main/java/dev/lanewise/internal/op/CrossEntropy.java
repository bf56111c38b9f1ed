package dev.lanewise.internal.op;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.internal.kernel.Memory;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.internal.kernel.Reduction;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cross-entropy of logits [n, c] with class indices [n], one loss a row: softmax, logarithm and
 * choice in one pass. With smoothing s the target is (1 - s) at the class plus s / c everywhere.
 *
 * <pre>
 * loss = log(sum(exp(x - max x))) - (1 - s) (x[class] - max x) - s / c (sum(x) - c max x)
 * </pre>
 */
public record CrossEntropy(double smoothing) implements Op {
  private static final Expr CHOSEN = Expr.input(0);
  private static final Expr MAX = Expr.input(1);
  private static final Expr LOG_OF_SUM = Expr.input(2);
  private static final Expr SUM = Expr.input(3);

  private static final Elementwise LOSS =
      new Elementwise("cross_entropy_of_row", LOG_OF_SUM.sub(CHOSEN.sub(MAX)));

  /** With 1 - s, s / c and c as its parameters. */
  private static final Elementwise SMOOTHED =
      new Elementwise(
          "smoothed_cross_entropy_of_row",
          LOG_OF_SUM
              .sub(Expr.param(0).mul(CHOSEN.sub(MAX)))
              .sub(Expr.param(1).mul(SUM.sub(Expr.param(2).mul(MAX)))));

  @Override
  public String name() {
    return "cross_entropy";
  }

  @Override
  public DType dtype(DType... in) {
    Ops.index(name(), in[1]);
    return Ops.floating(name(), in[0]);
  }

  @Override
  public Shape shape(Shape... in) {
    if (in[0].rank() != 2 || in[1].rank() != 1 || in[1].dim(0) != in[0].dim(0)) {
      throw new ShapeException(
          "cross_entropy: expected logits [n, classes] and class indices [n], found %s and %s"
              .formatted(in[0], in[1]));
    }
    if (in[0].dim(1) == 0) {
      throw new ShapeException("cross_entropy: no classes: " + in[0]);
    }
    return Shape.of(in[0].dim(0));
  }

  @Override
  public void forward(Exec exec, Tensor[] in, Tensor out) {
    long rows = out.size();
    if (rows == 0) {
      return;
    }
    Tensor x = exec.contiguous(in[0]);
    Softmax.Parts parts = Softmax.Parts.of(exec, x, List.of(1));
    Tensor chosen = chosen(exec, x, exec.contiguous(in[1]));
    Tensor log = Softmax.run(exec, ElementwiseTable.LOG, parts.sum());
    Tensor losses = out.reshape(rows, 1);
    if (smoothing == 0) {
      LOSS.forward(exec, new Tensor[] {chosen, parts.max(), log}, losses);
      return;
    }
    long classes = x.shape().dim(1);
    Tensor sum = Softmax.run(exec, new Reduce(Reduction.SUM, List.of(1), true), x);
    SMOOTHED
        .with(1 - smoothing, smoothing / classes, classes)
        .forward(exec, new Tensor[] {chosen, parts.max(), log, sum}, losses);
  }

  /** The logit of each row's class, [n, 1]. */
  private Tensor chosen(Exec exec, Tensor x, Tensor labels) {
    Precision p = Ops.precision(x.dtype());
    long rows = x.shape().dim(0);
    long classes = x.shape().dim(1);
    Tensor chosen = exec.allocate(x.dtype(), Shape.of(rows, 1));
    for (long row = 0; row < rows; row++) {
      long at = row * classes + label(name(), labels, row, classes);
      double logit = Memory.get(p, x.address() + at * p.bytes());
      Memory.put(p, chosen.address() + row * p.bytes(), logit);
    }
    return chosen;
  }

  /** The class index of {@code row}, checked; {@code labels} are contiguous. */
  private static long label(String op, Tensor labels, long row, long classes) {
    long at = labels.address();
    long label =
        labels.dtype() == DType.I32
            ? Memory.ALL.get(ValueLayout.JAVA_INT_UNALIGNED, at + row * Integer.BYTES)
            : Memory.ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, at + row * Long.BYTES);
    if (label < 0 || label >= classes) {
      throw new ShapeException(
          "%s: class index %d at position %d is not below the number of classes, %d"
              .formatted(op, label, row, classes));
    }
    return label;
  }

  /** (softmax(x) - target) * g. */
  @Override
  public List<@Nullable Pull> gradient(Value[] in, Value out, Value g) {
    Shape logits = in[0].shape();
    Value target = in[1].apply(new OneHot(logits.dim(1), smoothing, in[0].dtype()));
    Value difference =
        in[0].apply(new Softmax.Probabilities(1)).apply(ElementwiseTable.SUB, target);
    Value column = g.apply(new Views.Reshape(Shape.of(logits.dim(0), 1)));
    return Arrays.asList(new Pull(ElementwiseTable.MUL, difference, column), null);
  }

  /** Class indices [n] as rows [n, classes]: 1 - s + s / c at the class, s / c elsewhere. */
  public record OneHot(long classes, double smoothing, DType target) implements Op.Constant {
    @Override
    public String name() {
      return "one_hot";
    }

    @Override
    public DType dtype(DType... in) {
      Ops.index(name(), in[0]);
      return target;
    }

    @Override
    public Shape shape(Shape... in) {
      return in[0].insert(in[0].rank(), classes);
    }

    @Override
    public void forward(Exec exec, Tensor[] in, Tensor out) {
      Precision p = Ops.precision(target);
      Tensor labels = exec.contiguous(in[0]);
      out.fill(smoothing / classes);
      double hot = p.round(p.round(1 - smoothing) + p.round(smoothing / classes));
      for (long row = 0; row < labels.size(); row++) {
        long label = label(name(), labels, row, classes);
        Memory.put(p, out.address() + (row * classes + label) * p.bytes(), hot);
      }
    }
  }
}
