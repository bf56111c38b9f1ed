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

  /** Where the value lies if that is to be used again, see {@link GradientMemory}. */
  GradientMemory.@Nullable Place place;

  /** Whether the gradient outlives the backward pass, although this is a result. */
  boolean retained;

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

  /** {@return the tape it is on} */
  public Tape tape() {
    return tape;
  }

  /** {@return the value; it belongs to the tape (or to whoever gave it) and must not be changed} */
  public Tensor tensor() {
    return tensor;
  }

  /** {@return the shape of the value} */
  @Override
  public Shape shape() {
    return tensor.shape();
  }

  /** {@return the element type of the value} */
  @Override
  public DType dtype() {
    return tensor.dtype();
  }

  /**
   * {@return the only element, of a tensor of one element}
   *
   * @throws ShapeException if there are more or none
   */
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
   * @param hook from the gradient to what takes its place
   * @throws IllegalStateException if no gradient flows through this variable
   */
  public void hook(UnaryOperator<Var> hook) {
    if (!needsGradient) {
      throw new IllegalStateException("hook: no gradient flows through this variable");
    }
    hooks.add(hook);
  }

  /**
   * Keeps the gradient of this result for {@link Tape#gradient}, which otherwise knows those of
   * {@link Tape#variable variables} and parameters only.
   *
   * @return this
   * @throws IllegalStateException if no gradient flows through this variable
   */
  public Var retainGradient() {
    if (!needsGradient) {
      throw new IllegalStateException("retainGradient: no gradient flows through this variable");
    }
    retained = true;
    return this;
  }

  /** {@return the same value, not copied, through which no gradient flows} */
  public Var stopGradient() {
    Var constant = tape.constant(tensor);
    constant.place = place;
    return constant;
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

  /**
   * Applies an op of the user's, with this as its first input.
   *
   * @param custom the op
   * @param others its further inputs
   * @return the result, of the element type of this
   * @throws ShapeException if the op refuses the shapes
   * @throws dev.lanewise.tensor.LanewiseException if it is not strict and the engine is
   * @throws IllegalArgumentException if variables are on different tapes
   */
  public Var apply(CustomOp custom, Var... others) {
    return apply(new CustomOpAdapter(custom), others);
  }

  /**
   * Converts elements as {@link Tensor} says.
   *
   * @param target the element type; no gradient flows through integers
   * @return a tensor of the shape of this, or this itself if it has the type
   */
  public Var cast(DType target) {
    return target == dtype() ? this : apply(new Moves.Cast(target));
  }

  // ---- matrix product ----

  /**
   * The matrix product as in NumPy: of the last two axes, leading axes broadcast; an input with one
   * axis counts as a row on the left and a column on the right.
   *
   * @param other the right factor, of the type of this, F32 or F64
   * @return [..., m, n] of [..., m, k] and [..., k, n]; sums over k follow gemm-v1
   * @throws ShapeException if the inner dimensions differ or leading axes do not broadcast
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
   * @param other the second operand, of the type of this, F32 or F64
   * @return the sum, with the axes that the equation gives it
   * @throws IllegalArgumentException if it names an axis twice or one that is not there
   * @throws ShapeException if it does not fit the shapes
   */
  public Var einsum(String equation, Var other) {
    return Einsum.of(equation, this, other);
  }

  // ---- shape ----

  /**
   * Keeps the elements, in row-major order, under another shape; a view where the layout allows it,
   * else a copy.
   *
   * @param dims the extents; one may be -1 and is then what makes up the size
   * @return a tensor of the same size
   * @throws ShapeException if the sizes differ
   */
  public Var reshape(long... dims) {
    return reshape(shape().reshape(dims));
  }

  /**
   * Keeps the elements, in row-major order, under another shape; a view where the layout allows it,
   * else a copy.
   *
   * @param shape the new shape
   * @return a tensor of the same size
   * @throws ShapeException if the sizes differ
   */
  public Var reshape(Shape shape) {
    return apply(new Views.Reshape(shape));
  }

  /**
   * Merges all axes from one on into one.
   *
   * @param axis the first to merge
   * @return a tensor of {@code axis + 1} axes, the last as long as the product of those merged
   * @throws ShapeException if there is no such axis
   */
  public Var flatten(int axis) {
    long[] dims = Arrays.copyOf(shape().dims(), shape().axis(axis) + 1);
    dims[dims.length - 1] = 1;
    for (int a = dims.length - 1; a < shape().rank(); a++) {
      dims[dims.length - 1] *= shape().dim(a);
    }
    return reshape(Shape.of(dims));
  }

  /**
   * Reorders the axes.
   *
   * @param axes axis i of the result is axis {@code axes[i]} of this
   * @return a view
   * @throws ShapeException if {@code axes} is no permutation
   */
  public Var permute(int... axes) {
    return apply(new Views.Permute(Arrays.stream(axes).boxed().toList()));
  }

  /**
   * {@return a view with the last two axes exchanged: [..., m, n] to [..., n, m]}
   *
   * @throws ShapeException if there are fewer than two
   */
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

  /**
   * Repeats along axes of length 1 and new leading ones, as in NumPy's broadcasting.
   *
   * @param shape the shape to reach
   * @return a view
   * @throws ShapeException if this does not broadcast to {@code shape}
   */
  public Var expand(Shape shape) {
    return apply(new Views.Expand(shape));
  }

  /**
   * Keeps a range of an axis.
   *
   * @param axis the axis
   * @param from first index
   * @param to end, exclusive
   * @return a view, with {@code to - from} elements along the axis
   * @throws ShapeException if the range leaves the axis
   */
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

  /**
   * Adds elements before and after those of each axis.
   *
   * @param pads {@code pads[a] = {before, after}}: how many along axis a, at least 0
   * @param value of the elements added; no gradient flows to them
   * @return axis a as long as {@code before + dim(a) + after}
   * @throws ShapeException if there are not as many pads as axes, or one is negative
   */
  public Var pad(long[][] pads, double value) {
    List<Long> before = Arrays.stream(pads).map(p -> p[0]).toList();
    List<Long> after = Arrays.stream(pads).map(p -> p[1]).toList();
    return apply(new Moves.Pad(before, after, value));
  }

  /**
   * Joins tensors along an axis: this, then the others.
   *
   * @param axis the axis, along which lengths add up
   * @param others of the type of this, F32 or F64, and outside {@code axis} of its shape
   * @return a copy of all
   * @throws ShapeException if shapes differ outside {@code axis}
   */
  public Var concat(int axis, Var... others) {
    return apply(new Moves.Concat(shape().axis(axis)), others);
  }

  /**
   * Joins tensors along a new axis: this, then the others.
   *
   * @param axis where the new axis will be; negative counts from the end of the result
   * @param others of the type of this, F32 or F64, and of its shape
   * @return a copy of all, of one rank more
   * @throws ShapeException if shapes differ
   */
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
   * Cuts images [n, c, h, w] into the patches under windows that slide along both axes.
   *
   * @param rows the windows along h, of kh elements, oh of them
   * @param columns the windows along w, of kw elements, ow of them
   * @param value what stands for padding
   * @return [n, c, kh, kw, oh, ow]
   * @throws ShapeException if this is no batch of images, or smaller than a window
   */
  public Var unfold(Window rows, Window columns, double value) {
    return apply(new Patches.Unfold(rows, columns, value));
  }

  /**
   * Adds up patches [n, c, kh, kw, oh, ow] to images: the transpose of {@link #unfold}.
   *
   * @param rows the windows along h, of kh elements, oh of them
   * @param columns the windows along w, of kw elements, ow of them
   * @param h height of the images
   * @param w width of the images
   * @return [n, c, h, w]; what lies in padding is dropped
   * @throws ShapeException if this is not of the shape that {@link #unfold} gives for such images
   */
  public Var fold(Window rows, Window columns, long h, long w) {
    return apply(new Patches.Fold(rows, columns, h, w));
  }

  // ---- indexing ----

  /**
   * Picks slices along an axis; one may be picked several times.
   *
   * @param axis the axis
   * @param indices [m] of I32 or I64, each at least 0 and below the length of the axis
   * @return a copy, with m slices along the axis
   * @throws ShapeException if {@code indices} has not one axis, or an index is out of range
   * @throws dev.lanewise.tensor.DTypeException if it is neither I32 nor I64
   */
  public Var indexSelect(int axis, Tensor indices) {
    return apply(new Indexing.IndexSelect(shape().axis(axis)), tape.constant(indices));
  }

  /**
   * Picks element by element along an axis: out[.., j, ..] = this[.., indices[.., j, ..], ..].
   *
   * @param axis the axis
   * @param indices I32 or I64, of the same rank and outside {@code axis} no longer than this
   * @return a copy, of the shape of {@code indices}
   * @throws ShapeException if the shapes do not fit or an index is out of range
   * @throws dev.lanewise.tensor.DTypeException if {@code indices} is neither I32 nor I64, or this
   *     neither F32 nor F64
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
