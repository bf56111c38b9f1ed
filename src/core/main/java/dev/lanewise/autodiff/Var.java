package dev.lanewise.autodiff;

import dev.lanewise.internal.op.Convolution;
import dev.lanewise.internal.op.CrossEntropy;
import dev.lanewise.internal.op.Dropout;
import dev.lanewise.internal.op.ElementwiseTable;
import dev.lanewise.internal.op.Indexing;
import dev.lanewise.internal.op.Linear;
import dev.lanewise.internal.op.MatMul;
import dev.lanewise.internal.op.MaxPool;
import dev.lanewise.internal.op.Moves;
import dev.lanewise.internal.op.Op;
import dev.lanewise.internal.op.Patches;
import dev.lanewise.internal.op.Reduce;
import dev.lanewise.internal.op.Softmax;
import dev.lanewise.internal.op.Value;
import dev.lanewise.internal.op.Views;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tensor on a {@link Tape}: what it is and how it came about. Methods compute at once and record
 * themselves. Inputs broadcast as in NumPy; axes may be negative; names and formulas are PyTorch's.
 * Variables are valid until their tape is reset or closed.
 */
@SuppressWarnings("exports") // the internal half of the interface is for gradient rules only
public final class Var implements ElementwiseMethods, Value {
  final Tape tape;
  final @Nullable Op op;
  final Var[] in;
  final Tensor tensor;
  final boolean needsGradient;

  /** Where the gradient belongs (a parameter's slab), or null for the tape's own memory. */
  final @Nullable Tensor target;

  /** Consumers on the tape; a gradient with one contribution goes straight to its target. */
  int uses;

  final List<Var> contributions = new ArrayList<>(1);
  @Nullable Var gradient;

  Var(
      Tape tape,
      @Nullable Op op,
      Var[] in,
      Tensor tensor,
      boolean needsGradient,
      @Nullable Tensor target) {
    this.tape = tape;
    this.op = op;
    this.in = in;
    this.tensor = tensor;
    this.needsGradient = needsGradient;
    this.target = target;
  }

  // ---- what it is ----

  /** The tape it is on. */
  public Tape tape() {
    return tape;
  }

  /** The value. It belongs to the tape (or to whoever gave it) and must not be changed. */
  public Tensor tensor() {
    return tensor;
  }

  /** Its shape. */
  @Override
  public Shape shape() {
    return tensor.shape();
  }

  /** Its element type. */
  @Override
  public DType dtype() {
    return tensor.dtype();
  }

  /** The only element, of a tensor of one element. */
  public double item() {
    if (tensor.size() != 1) {
      throw new ShapeException("item: expected one element, found " + shape());
    }
    return tensor.reshape(1).getDouble(0);
  }

  /** The same value, through which no gradient flows. */
  public Var stopGradient() {
    return tape.constant(tensor);
  }

  @Override
  public boolean isRecorded() {
    return tape.isRecording();
  }

  @Override
  public Var apply(Op op, Value... others) {
    Var[] all = new Var[others.length + 1];
    all[0] = this;
    for (int i = 0; i < others.length; i++) {
      all[i + 1] = (Var) others[i];
    }
    return tape.run(op, null, all);
  }

  /** {@code op(this, others...)} for an op of the user's. */
  public Var apply(CustomOp custom, Var... others) {
    return apply(new CustomOpAdapter(custom), others);
  }

  /** The element type {@code target}; no gradient flows through integers. */
  public Var cast(DType target) {
    return target == dtype() ? this : apply(new Moves.Cast(target));
  }

  // ---- reductions; no axes given means all ----

  /** The sum over {@code axes}, which are removed. */
  public Var sum(int... axes) {
    return sum(false, axes);
  }

  /** The sum over {@code axes}, kept with length 1 if {@code keepdim}. */
  public Var sum(boolean keepdim, int... axes) {
    return apply(Reduce.sum(shape(), keepdim, axes));
  }

  /** The mean over {@code axes}, which are removed. */
  public Var mean(int... axes) {
    return mean(false, axes);
  }

  /** The mean over {@code axes}, kept with length 1 if {@code keepdim}. */
  public Var mean(boolean keepdim, int... axes) {
    return sum(keepdim, axes).div(count(axes));
  }

  private double count(int... axes) {
    if (axes.length == 0) {
      return shape().size();
    }
    double n = 1;
    for (int axis : axes) {
      n *= shape().dim(axis);
    }
    return n;
  }

  /**
   * The variance over {@code axes}: squared distances from the mean, divided by n - {@code
   * correction}.
   */
  public Var var(double correction, boolean keepdim, int... axes) {
    Var distance = sub(mean(true, axes));
    return distance.square().sum(keepdim, axes).div(Math.max(0, count(axes) - correction));
  }

  /** The Euclidean norm over {@code axes}. */
  public Var norm(boolean keepdim, int... axes) {
    return square().sum(keepdim, axes).apply(ElementwiseTable.NORM_ROOT);
  }

  /** The largest element over {@code axes}; elements that attain it share the gradient. */
  public Var amax(boolean keepdim, int... axes) {
    return apply(Reduce.amax(shape(), keepdim, axes));
  }

  /** The smallest element over {@code axes}; elements that attain it share the gradient. */
  public Var amin(boolean keepdim, int... axes) {
    return apply(Reduce.amin(shape(), keepdim, axes));
  }

  /** I32 indices of the largest elements along an axis; ties go to the lowest. */
  public Var argmax(int axis, boolean keepdim) {
    return apply(new Indexing.ArgExtreme(shape().axis(axis), keepdim, true));
  }

  /** I32 indices of the smallest elements along an axis; ties go to the lowest. */
  public Var argmin(int axis, boolean keepdim) {
    return apply(new Indexing.ArgExtreme(shape().axis(axis), keepdim, false));
  }

  /** log(sum(e^x)) over {@code axes}. */
  public Var logsumexp(boolean keepdim, int... axes) {
    List<Integer> sorted = Reduce.sum(shape(), keepdim, axes).axes();
    return apply(new Softmax.LogSumExp(sorted, keepdim));
  }

  /** e^x / sum(e^x) along an axis. */
  public Var softmax(int axis) {
    return apply(new Softmax.Probabilities(shape().axis(axis)));
  }

  /** log(softmax(x)) along an axis. */
  public Var logSoftmax(int axis) {
    return apply(new Softmax.LogProbabilities(shape().axis(axis)));
  }

  /** Running sums along an axis. */
  public Var cumsum(int axis) {
    return apply(new Indexing.CumSum(shape().axis(axis), false));
  }

  // ---- matrix product ----

  /**
   * The matrix product as in NumPy: of the last two axes, leading axes broadcast; an input with one
   * axis counts as a row on the left and a column on the right.
   */
  public Var matmul(Var other) {
    int left = shape().rank();
    int right = other.shape().rank();
    if (left == 0 || right == 0) {
      throw new ShapeException(
          "matmul: needs at least one axis each: %s x %s".formatted(shape(), other.shape()));
    }
    Var a = left == 1 ? reshape(shape().insert(0, 1)) : this;
    Var b = right == 1 ? other.reshape(other.shape().insert(1, 1)) : other;
    Var product = a.apply(new MatMul(), b);
    Shape shape = product.shape();
    if (right == 1) {
      shape = shape.without(-1);
    }
    if (left == 1) {
      shape = shape.without(right == 1 ? -1 : -2);
    }
    return shape.equals(product.shape()) ? product : product.reshape(shape);
  }

  /** {@code this weight^T + bias} over the last axis: weight [out, in], bias [out]. */
  public Var linear(Var weight, Var bias) {
    return apply(new Linear(), weight, bias);
  }

  /**
   * Convolution of images [n, in, h, w] with {@code weight} [out, in, kh, kw] and {@code bias}
   * [out] or null, for windows of stride 1 padded by less than their extent.
   */
  public Var conv2d(Var weight, @Nullable Var bias, Window rows, Window columns) {
    Op op = new Convolution.Forward(rows, columns);
    return bias == null ? apply(op, weight) : apply(op, weight, bias);
  }

  /** The maxima of images [n, c, h, w] in windows of two by two side by side. */
  public Var maxPool2x2() {
    return apply(new MaxPool());
  }

  // ---- training ----

  /**
   * The cross-entropy of each row of logits [n, classes] with class indices [n] (I32 or I64),
   * softmax included; {@code smoothing} in [0, 1) of the target is spread over all classes.
   */
  public Var crossEntropy(Var classes, double smoothing) {
    return apply(new CrossEntropy(smoothing), classes);
  }

  /**
   * Zeroes elements with this probability and scales the others by 1 / (1 - probability); which
   * ones is a pure function of {@code key}.
   */
  public Var dropout(double probability, long key) {
    return apply(new Dropout(key, probability));
  }

  // ---- shape ----

  /** The elements in row-major order under another shape; one dimension may be -1. */
  public Var reshape(long... dims) {
    long known = 1;
    int open = -1;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == -1) {
        open = i;
      } else {
        known *= dims[i];
      }
    }
    if (open >= 0 && known > 0) {
      long[] filled = dims.clone();
      filled[open] = shape().size() / known;
      return reshape(Shape.of(filled));
    }
    return reshape(Shape.of(dims));
  }

  /** The elements in row-major order under {@code shape}. */
  public Var reshape(Shape shape) {
    return apply(new Views.Reshape(shape));
  }

  /** All axes from {@code axis} on merged into one. */
  public Var flatten(int axis) {
    long[] dims = Arrays.copyOf(shape().dims(), shape().axis(axis) + 1);
    dims[dims.length - 1] = 1;
    for (int a = dims.length - 1; a < shape().rank(); a++) {
      dims[dims.length - 1] *= shape().dim(a);
    }
    return reshape(Shape.of(dims));
  }

  /** Axis i of the result is axis {@code axes[i]} of this. */
  public Var permute(int... axes) {
    return apply(new Views.Permute(Arrays.stream(axes).boxed().toList()));
  }

  /** The last two axes exchanged. */
  public Var transpose() {
    int[] axes = new int[shape().rank()];
    Arrays.setAll(axes, a -> a);
    if (axes.length < 2) {
      throw new ShapeException("transpose: needs two axes, found " + shape());
    }
    axes[axes.length - 1] = axes.length - 2;
    axes[axes.length - 2] = axes.length - 1;
    return permute(axes);
  }

  /** Repeats along axes of length 1 (and new leading ones) up to {@code shape}. */
  public Var expand(Shape shape) {
    return apply(new Views.Expand(shape));
  }

  /** Elements {@code from <= i < to} along {@code axis}. */
  public Var slice(int axis, long from, long to) {
    Long[] starts = new Long[shape().rank()];
    Long[] ends = new Long[shape().rank()];
    for (int a = 0; a < starts.length; a++) {
      boolean cut = a == shape().axis(axis);
      starts[a] = cut ? from : 0;
      ends[a] = cut ? to : shape().dim(a);
    }
    return apply(new Views.Slice(List.of(starts), List.of(ends)));
  }

  /** {@code value} before and after the elements: {@code pads[a] = {before, after}} of axis a. */
  public Var pad(long[][] pads, double value) {
    List<Long> before = Arrays.stream(pads).map(p -> p[0]).toList();
    List<Long> after = Arrays.stream(pads).map(p -> p[1]).toList();
    return apply(new Moves.Pad(before, after, value));
  }

  /** This and {@code others} joined along an axis. */
  public Var concat(int axis, Var... others) {
    return apply(new Moves.Concat(shape().axis(axis)), others);
  }

  /** This and {@code others} along a new axis. */
  public Var stack(int axis, Var... others) {
    int at = axis < 0 ? axis + shape().rank() + 1 : axis;
    Var[] wide = new Var[others.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = others[i].reshape(others[i].shape().insert(at, 1));
    }
    return reshape(shape().insert(at, 1)).concat(at, wide);
  }

  // ---- patches ----

  /**
   * The patches of images [n, c, h, w] under windows that slide along both axes: [n, c, kh, kw, oh,
   * ow]; {@code value} pads the images.
   */
  public Var unfold(Window rows, Window columns, double value) {
    return apply(new Patches.Unfold(rows, columns, value));
  }

  /**
   * The transpose of {@link #unfold}: patches [n, c, kh, kw, oh, ow] add up to images [n, c, h, w].
   */
  public Var fold(Window rows, Window columns, long h, long w) {
    return apply(new Patches.Fold(rows, columns, h, w));
  }

  // ---- indexing ----

  /** The slices that {@code indices} (I32 or I64, one axis) name along {@code axis}. */
  public Var indexSelect(int axis, Tensor indices) {
    return apply(new Indexing.IndexSelect(shape().axis(axis)), tape.constant(indices));
  }

  /** Element by element along {@code axis}: out[.., j, ..] = this[.., indices[.., j, ..], ..]. */
  public Var gather(int axis, Tensor indices) {
    return apply(new Indexing.Gather(shape().axis(axis)), tape.constant(indices));
  }

  @Override
  public String toString() {
    return (op == null ? "" : op.name() + ": ") + tensor;
  }
}
