package dev.lanewise.autodiff;

import dev.lanewise.internal.op.ElementwiseTable;
import dev.lanewise.internal.op.Op;
import dev.lanewise.internal.op.Pull;
import dev.lanewise.internal.op.Reduce;
import dev.lanewise.internal.op.Views;
import dev.lanewise.tensor.DTypeException;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One backward pass over the nodes of a tape. */
final class Backward {
  private final Tape tape;
  private final List<Var> nodes;

  /** Whether gradients are recorded, so that they can be differentiated again: then all stay. */
  private final boolean record;

  private final GradientMemory memory;

  /** Whether leaves keep what flows to them piece by piece, see {@link Recomputed}. */
  private final boolean keepsContributions;

  Backward(
      Tape tape,
      List<Var> nodes,
      boolean record,
      GradientMemory memory,
      boolean keepsContributions) {
    this.tape = tape;
    this.nodes = nodes;
    this.record = record;
    this.memory = memory;
    this.keepsContributions = keepsContributions;
  }

  /** From {@code result}, whose gradient is {@code seed}, to every node that it depends on. */
  void run(Var result, Var seed) {
    if (seed.dtype() != result.dtype()) {
      throw new DTypeException(
          "backward: the seed is " + seed.dtype() + ", the result " + result.dtype());
    }
    if (!seed.shape().equals(result.shape())) {
      throw new ShapeException(
          "backward: the seed %s does not have the shape of the result %s"
              .formatted(seed.shape(), result.shape()));
    }
    for (Var node : nodes) {
      node.gradient = null;
      node.contributions.clear();
    }
    contribute(result, seed);
    propagate(0, nodes.size());
  }

  /** Through the nodes {@code from <= i < to}, the last first. */
  private void propagate(int from, int to) {
    for (int i = to - 1; i >= from; i--) {
      Var node = nodes.get(i);
      if (!keepsContributions || node.op != null) {
        Var g = hooked(node, sum(node));
        node.gradient = g;
        if (g != null) {
          propagate(node, g);
          forget(node, g);
        }
      }
    }
  }

  /** Gives back the memory of what only the pass itself needed. */
  private void forget(Var node, Var g) {
    if (!node.hooks.isEmpty() || node.op instanceof CustomOpAdapter) {
      memory.keep(); // hooks and rules of the user's may have kept theirs
      return;
    }
    if (node.op != null && !node.retained && !record) {
      node.gradient = null;
      memory.release(g);
    }
    memory.sweep();
  }

  private void contribute(Var node, Var part) {
    node.contributions.add(part);
    memory.hold(part);
  }

  /** The contributions of the consumers, added in the order in which those were created. */
  private @Nullable Var sum(Var node) {
    List<Var> parts = node.contributions;
    if (parts.isEmpty()) {
      return null;
    }
    Tensor target = record ? null : node.target;
    Var sum = parts.getLast();
    for (int i = parts.size() - 2; i >= 0; i--) {
      Var next = tape.run(ElementwiseTable.ADD, i == 0 ? target : null, sum, parts.get(i));
      memory.hold(next);
      memory.release(sum);
      memory.release(parts.get(i));
      sum = next;
    }
    if (target != null && sum.tensor != target) {
      target.copyFrom(sum.tensor);
      memory.release(sum);
      sum = tape.constant(target);
    }
    parts.clear();
    return sum;
  }

  /** The gradient after the hooks of its variable. */
  private @Nullable Var hooked(Var node, @Nullable Var gradient) {
    if (gradient == null || node.hooks.isEmpty()) {
      return gradient;
    }
    Var g = gradient;
    for (UnaryOperator<Var> hook : node.hooks) {
      g = hook.apply(g);
      if (!g.shape().equals(node.shape()) || g.dtype() != node.dtype()) {
        throw new ShapeException(
            "hook: the gradient of %s %s became %s %s"
                .formatted(node.dtype(), node.shape(), g.dtype(), g.shape()));
      }
    }
    if (node.target == null || record || g.tensor == node.target) {
      return g;
    }
    node.target.copyFrom(g.tensor);
    return tape.constant(node.target);
  }

  private void propagate(Var node, Var g) {
    Op op = node.op;
    if (op == null) {
      return;
    }
    if (op instanceof Recomputed block) {
      if (record) {
        int from = nodes.size();
        contribute(block.again(tape), g);
        propagate(from, nodes.size());
      } else {
        block.propagate(node, g);
      }
      return;
    }
    List<@Nullable Pull> pulls = op.gradient(node.in, node, g);
    for (int i = 0; i < node.in.length; i++) {
      Var input = node.in[i];
      Pull pull = pulls.get(i);
      if (pull != null && input.needsGradient) {
        Tensor into = record || input.uses > 1 ? null : input.target;
        contribute(input, evaluate(pull, input.shape(), into));
      }
    }
  }

  /**
   * Computes a described gradient, summed over the axes along which {@code shape} was broadcast.
   */
  private Var evaluate(Pull pull, Shape shape, @Nullable Tensor into) {
    Var[] in = Arrays.copyOf(pull.in(), pull.in().length, Var[].class);
    Shape[] shapes = new Shape[in.length];
    for (int i = 0; i < in.length; i++) {
      shapes[i] = in[i].shape();
    }
    if (pull.op().shape(shapes).equals(shape)) {
      boolean view = pull.op() instanceof Op.View || pull.op() instanceof Views.Reshape;
      return tape.run(pull.op(), view ? null : into, in);
    }
    Var wide = tape.run(pull.op(), null, in);
    int extra = wide.shape().rank() - shape.rank();
    List<Integer> axes = new ArrayList<>();
    for (int a = 0; a < wide.shape().rank(); a++) {
      if (a < extra || shape.dim(a - extra) == 1 && wide.shape().dim(a) != 1) {
        axes.add(a);
      }
    }
    Var narrow = tape.run(Reduce.sumKept(axes), null, wide);
    Var shaped = tape.run(new Views.Reshape(shape), null, narrow);
    return shaped;
  }
}
