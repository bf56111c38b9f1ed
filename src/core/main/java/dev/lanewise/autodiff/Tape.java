package dev.lanewise.autodiff;

import dev.lanewise.engine.Engine;
import dev.lanewise.engine.Mode;
import dev.lanewise.internal.engine.CpuEngine;
import dev.lanewise.internal.op.Exec;
import dev.lanewise.internal.op.Op;
import dev.lanewise.internal.op.Views;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.LanewiseException;
import dev.lanewise.tensor.Parameters;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A record of ops, and reverse-mode differentiation over it. Everything computed on a tape lives in
 * its {@link Scope}: {@link #reset()} forgets it all and keeps the memory, so that a training loop
 * with one tape allocates no native memory after its first step.
 *
 * <pre>{@code
 * try (var tape = Tape.open(params)) {
 *   Var y = tape.input(x).matmul(tape.parameter("w")).add(tape.parameter("b")).relu();
 *   tape.backward(y.square().mean());
 *   optimizer.step(params);
 * }
 * }</pre>
 *
 * <p>A tape belongs to one thread; the kernels inside an op use all threads of its engine.
 */
public final class Tape implements AutoCloseable {
  private final Exec exec;
  private final Scope scope = Scope.open("tape");

  /** What an op needs while it runs; the next one uses the same memory. */
  private final Scope scratch = Scope.open("ops of a tape");

  private final @Nullable Parameters parameters;
  private final Map<String, Var> leaves = new HashMap<>();
  private final List<Var> nodes = new ArrayList<>();
  private final Engine engine;
  private final boolean strict;
  private @Nullable OpObserver observer;

  /** Whether leaves keep what flows to them piece by piece, for the tape that this one serves. */
  private final boolean keepsContributions;

  /** Where blocks between checkpoints are computed. */
  private @Nullable Tape blocks;

  /** Where results of the backward pass lie that is running, if they are to be short-lived. */
  private @Nullable GradientMemory gradients;

  private boolean recording = true;
  private long flops;

  private Tape(Engine engine, @Nullable Parameters parameters, boolean keepsContributions) {
    this.engine = engine;
    this.exec = Exec.of((CpuEngine) engine, scratch);
    this.parameters = parameters;
    this.strict = engine.options().mode() == Mode.STRICT;
    this.keepsContributions = keepsContributions;
  }

  /** {@return a tape without parameters on the shared engine} */
  public static Tape open() {
    return open(Engine.shared(), null);
  }

  /**
   * Opens a tape on the shared engine whose {@link #backward} writes gradients of parameters.
   *
   * @param parameters what {@link #parameter} finds by name; they stay the caller's
   * @return the tape, to be closed before the parameters are
   */
  public static Tape open(Parameters parameters) {
    return open(Engine.shared(), parameters);
  }

  /**
   * Opens a tape on an engine.
   *
   * @param engine what computes
   * @param parameters what {@link #parameter} finds by name, or null for none
   * @return the tape
   */
  public static Tape open(Engine engine, @Nullable Parameters parameters) {
    return new Tape(engine, parameters, false);
  }

  // ---- leaves ----

  /**
   * Adds a tensor that is not differentiated: data, labels, masks.
   *
   * @param tensor of any layout; not copied unless read-only, so it must stay as it is until the
   *     tape is reset
   * @return the tensor as a variable, through which no gradient flows
   */
  public Var constant(Tensor tensor) {
    return new Var(this, null, new Var[0], safe(tensor), false, null);
  }

  /**
   * Adds the data of a step; the same as {@link #constant}.
   *
   * @param tensor of any layout; not copied unless read-only, so it must stay as it is until the
   *     tape is reset
   * @return the tensor as a variable, through which no gradient flows
   */
  public Var input(Tensor tensor) {
    return constant(tensor);
  }

  /**
   * Adds a tensor to differentiate by; see {@link #gradient(Var)}.
   *
   * @param tensor F32 or F64, of any layout; not copied unless read-only, so it must stay as it is
   *     until the tape is reset
   * @return the tensor as a variable
   */
  public Var variable(Tensor tensor) {
    return leaf(safe(tensor), null);
  }

  /** Native kernels must not see a mapped file, which another process may cut short. */
  private Tensor safe(Tensor tensor) {
    return tensor.isReadOnly() ? scope.copy(tensor) : tensor;
  }

  /**
   * Finds a parameter. One that is frozen is a constant.
   *
   * @param name its name in the store
   * @return the parameter, the same variable each time until the tape is reset
   * @throws IllegalArgumentException if the tape has no such parameter
   */
  public Var parameter(String name) {
    Var known = leaves.get(name);
    if (known == null) {
      if (parameters == null || !parameters.values().contains(name)) {
        throw new IllegalArgumentException(
            "tape: no parameter "
                + name
                + "; known: "
                + (parameters == null ? List.of() : parameters.names()));
      }
      Tensor value = parameters.values().get(name);
      Tensor target = keepsContributions ? null : parameters.gradients().get(name);
      known = parameters.frozen().contains(name) ? constant(value) : leaf(value, target);
      leaves.put(name, known);
    }
    return known;
  }

  private Var leaf(Tensor tensor, @Nullable Tensor target) {
    Var leaf = new Var(this, null, new Var[0], tensor, true, target);
    nodes.add(leaf);
    return leaf;
  }

  // ---- forward ----

  /** Runs {@code op} and records it; the result goes to {@code into} if given. */
  Var run(Op op, @Nullable Tensor into, Var... in) {
    if (strict && !op.isStrict()) {
      throw new LanewiseException(
          op.name() + ": has no strict path, its bits depend on the machine: choose mode fast.");
    }
    Tensor[] tensors = new Tensor[in.length];
    Shape[] shapes = new Shape[in.length];
    DType[] dtypes = new DType[in.length];
    for (int i = 0; i < in.length; i++) {
      if (in[i].tape != this) {
        throw new IllegalArgumentException(op.name() + ": its inputs are on different tapes");
      }
      tensors[i] = in[i].tensor;
      shapes[i] = in[i].shape();
      dtypes[i] = in[i].dtype();
    }
    Shape shape = op.shape(shapes);
    DType dtype = op.dtype(dtypes);
    Tensor view = into == null ? view(op, tensors[0]) : null;
    if (view != null) {
      Var out = record(op, view, in);
      out.place = in[0].place;
      return out;
    }
    flops += op.flops(shape, shapes);
    Tensor result = into != null ? into : allocate(dtype, shape);
    op.forward(exec, tensors, result);
    scratch.reset();
    if (observer != null) {
      observer.computed(op.name(), result);
    }
    Var out = record(op, result, in);
    if (gradients != null && into == null) {
      out.place = gradients.place(result);
    }
    return out;
  }

  /** The result of {@code op} as a view of its first input, or null if it has to be computed. */
  private static @Nullable Tensor view(Op op, Tensor in) {
    return switch (op) {
      case Op.View view -> view.view(in);
      case Views.Reshape reshape -> reshape.viewOrNull(in);
      default -> null;
    };
  }

  private Tensor allocate(DType dtype, Shape shape) {
    return gradients == null ? scope.allocate(dtype, shape) : gradients.allocate(dtype, shape);
  }

  private Var record(Op op, Tensor result, Var... in) {
    boolean needsGradient = false;
    for (Var v : in) {
      needsGradient |= v.needsGradient;
    }
    needsGradient &= recording && !(op instanceof Op.Constant);
    Var out = new Var(this, op, in, result, needsGradient, null);
    if (needsGradient) {
      nodes.add(out);
      for (Var v : in) {
        v.uses++;
      }
    }
    return out;
  }

  /** Whether gradients that are computed now will be differentiated themselves. */
  boolean isRecording() {
    return recording;
  }

  /** What {@link #checkpoint} computes. */
  @FunctionalInterface
  public interface Block {
    /**
     * Computes on a tape of its own: with its parameters and, but for constants, nothing from
     * elsewhere. A pure function, as it runs again when gradients are wanted.
     *
     * @param tape where to compute
     * @param in the inputs, on {@code tape}
     * @return the result, on {@code tape}
     */
    Var of(Tape tape, Var... in);
  }

  /**
   * Computes a block without keeping what it computes on the way: backward computes it again (Chen
   * et al. 2016, Training Deep Nets with Sublinear Memory Cost). Results and gradients have the
   * same bits as if the block had run on this tape. {@link #gradients} keeps all after all.
   *
   * @param block what to compute
   * @param in its inputs, on this tape
   * @return the result of the block, on this tape
   * @throws IllegalArgumentException if an input is on another tape
   */
  public Var checkpoint(Block block, Var... in) {
    if (blocks == null) {
      blocks = new Tape(engine, parameters, true);
    }
    for (Var v : in) {
      if (v.tape != this) {
        throw new IllegalArgumentException("checkpoint: an input is on another tape");
      }
    }
    Recomputed op = new Recomputed(blocks, block, in);
    Tensor result = scope.copy(op.result().tensor);
    flops += blocks.flops;
    List<Var> all = new ArrayList<>(List.of(in));
    op.parameters().forEach(name -> all.add(parameter(name)));
    return record(op, result, all.toArray(Var[]::new));
  }

  /** The parameters that were asked for, in the order of their names. */
  List<String> parametersRead() {
    return List.copyOf(new TreeSet<>(leaves.keySet()));
  }

  /** Computes without recording, as long as {@code recorded} is false. */
  Var quietly(boolean recorded, Supplier<Var> computation) {
    boolean before = recording;
    recording = recorded;
    try {
      return computation.get();
    } finally {
      recording = before;
    }
  }

  /**
   * Counts the floating-point operations of all that was computed since the tape was opened or
   * reset: two a multiply-add of matrix products and convolutions, one an element that is reduced,
   * and one an element of any other result, however much work that is.
   *
   * @return the count
   */
  public long flops() {
    return flops;
  }

  // ---- backward ----

  /**
   * Differentiates {@code loss} (one element) by everything it depends on. Gradients of parameters
   * overwrite those in the store (zero where the loss does not depend on one); the others are
   * answered by {@link #gradient(Var)}.
   *
   * @param loss a result of one element on this tape
   * @throws ShapeException if it has more elements or none
   * @throws IllegalArgumentException if it is on another tape
   */
  public void backward(Var loss) {
    if (loss.tensor.size() != 1) {
      throw new ShapeException(
          "backward: expected a loss of one element, found "
              + loss.shape()
              + "; reduce it, or give the gradient of the result.");
    }
    Tensor one = scope.allocate(loss.dtype(), loss.shape());
    backward(loss, one.fill(1));
  }

  /**
   * Differentiates a result of any shape: as {@link #backward(Var)}, of the sum of {@code result *
   * seed}.
   *
   * @param result a result on this tape
   * @param seed the gradient of the result, of its shape and type
   * @throws ShapeException if the shapes differ
   * @throws dev.lanewise.tensor.DTypeException if the types differ
   * @throws IllegalArgumentException if the result is on another tape
   */
  public void backward(Var result, Tensor seed) {
    differentiate(result, constant(seed), false);
    if (parameters != null) {
      for (String name : parameters.names()) {
        Var leaf = leaves.get(name);
        if (leaf == null || leaf.gradient == null) {
          parameters.gradients().get(name).fill(0);
        }
      }
    }
  }

  /**
   * Returns the gradient that the last {@link #backward} found.
   *
   * @param v a variable of this tape: one to differentiate by, or a result whose gradient is {@link
   *     Var#retainGradient retained}
   * @return the gradient, of the shape and type of {@code v}, valid until the tape is reset
   * @throws IllegalStateException if the result did not depend on {@code v}, or nobody retained it
   */
  public Tensor gradient(Var v) {
    if (v.gradient == null) {
      throw new IllegalStateException(
          "gradient: the last backward pass left none here: its result does not depend on this"
              + " variable, or this is a result itself, to be asked by retainGradient() first");
    }
    return v.gradient.tensor;
  }

  /**
   * Differentiates to variables, which can be differentiated again. Gradients in the parameter
   * store stay as they are.
   *
   * @param result a result on this tape; one of many elements counts as their sum
   * @param by what to differentiate by
   * @return one gradient for each of {@code by}, of its shape; zero where the result does not
   *     depend on it
   * @throws IllegalArgumentException if a variable is on another tape
   */
  public List<Var> gradients(Var result, Var... by) {
    for (Var v : by) {
      if (v.tape != this) {
        throw new IllegalArgumentException("gradients: a variable is on another tape");
      }
    }
    Tensor ones = scope.allocate(result.dtype(), result.shape()).fill(1);
    differentiate(result, constant(ones), true);
    List<Var> found = new ArrayList<>();
    for (Var v : by) {
      found.add(v.gradient != null ? v.gradient : constant(scope.zeros(v.dtype(), v.shape())));
    }
    return found;
  }

  void differentiate(Var result, Var seed, boolean record) {
    if (result.tape != this) {
      throw new IllegalArgumentException("backward: the result is on another tape");
    }
    boolean before = recording;
    recording = record;
    GradientMemory memory = new GradientMemory(scope);
    gradients = record ? null : memory;
    try {
      new Backward(this, nodes, record, memory, keepsContributions).run(result, seed);
    } finally {
      recording = before;
      gradients = null;
    }
  }

  /**
   * Looks for the first op on the tape whose result, or else the first parameter whose gradient,
   * holds NaN or infinity. It looks at every element.
   *
   * @return a description for error messages; the gradient norm if all are finite
   */
  public String firstNonFinite() {
    return NonFinite.first(nodes, new TreeMap<>(leaves));
  }

  /**
   * Tells a listener of everything that is computed from now on.
   *
   * @param listener who hears of it, in place of the one before; null for nobody
   */
  public void observe(@Nullable OpObserver listener) {
    observer = listener;
  }

  // ---- memory ----

  /** Forgets all variables and keeps the memory for the next step. */
  public void reset() {
    nodes.clear();
    leaves.clear();
    flops = 0;
    scope.reset();
  }

  /** Frees the memory. All variables are dead. */
  @Override
  public void close() {
    nodes.clear();
    leaves.clear();
    if (blocks != null) {
      blocks.close();
    }
    scratch.close();
    scope.close();
  }

  /** {@return where this tape's tensors live, for inputs and labels that are made per step} */
  public Scope scope() {
    return scope;
  }
}
