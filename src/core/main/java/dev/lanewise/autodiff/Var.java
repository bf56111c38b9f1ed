package dev.lanewise.autodiff;

import dev.lanewise.internal.op.Indexing;
import dev.lanewise.internal.op.MatMul;
import dev.lanewise.internal.op.Moves;
import dev.lanewise.internal.op.Op;
import dev.lanewise.internal.op.Patches;
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
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A tensor on a {@link Tape}: what it is and how it came about. Methods compute at once and record
 * themselves. Inputs broadcast as in NumPy; axes may be negative; names and formulas are PyTorch's.
 * Variables are valid until their tape is reset or closed.
 */
@SuppressWarnings("exports") // the internal half of the interface is for gradient rules only
public final class Var implements ElementwiseMethods, NetworkMethods, ReductionMethods, Value {
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

  /** What is done to the gradient when it is complete; few variables have any. */
  final List<UnaryOperator<Var>> hooks = new ArrayList<>(0);

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

  /**
   * Calls {@code hook} with the whole gradient of this variable in every backward pass; what it
   * returns, of the same shape and type, flows on in its place. Hooks run in the order of adding.
   *
   * @throws IllegalStateException if no gradient flows through this variable
   */
  public void hook(UnaryOperator<Var> hook) {
    if (!needsGradient) {
      throw new IllegalStateException("hook: no gradient flows through this variable");
    }
    hooks.add(hook);
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

  /**
   * The Einstein sum of this and {@code other} as in NumPy, by one matrix product: {@code
   * q.einsum("bhqd,bhkd->bhqk", k)} sums over d.
   *
   * @param equation the axes of this, of {@code other} and of the result; without {@code ->} the
   *     letters that occur once, in alphabetical order
   * @throws IllegalArgumentException if it names an axis twice or one that is not there
   * @throws ShapeException if it does not fit the shapes
   */
  public Var einsum(String equation, Var other) {
    return Einsum.of(equation, this, other);
  }

  // ---- shape ----

  /** The elements in row-major order under another shape; one dimension may be -1. */
  public Var reshape(long... dims) {
    return reshape(shape().reshape(dims));
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

  /**
   * Element by element along {@code axis}: out[.., j, ..] = this[.., indices[.., j, ..], ..].
   *
   * @param indices I32 or I64, of the same rank and outside {@code axis} no longer than this
   */
  public Var gather(int axis, Tensor indices) {
    int along = shape().axis(axis);
    Var x = this;
    for (int a = 0; a < Math.min(shape().rank(), indices.shape().rank()); a++) {
      long length = indices.shape().dim(a);
      if (a != along && length < shape().dim(a)) {
        x = x.slice(a, 0, length);
      }
    }
    return x.apply(new Indexing.Gather(along), tape.constant(indices));
  }

  @Override
  public String toString() {
    return (op == null ? "" : op.name() + ": ") + tensor;
  }
}
