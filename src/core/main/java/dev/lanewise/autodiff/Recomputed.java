package dev.lanewise.autodiff;

import dev.lanewise.internal.op.Exec;
import dev.lanewise.internal.op.Op;
import dev.lanewise.internal.op.Pull;
import dev.lanewise.internal.op.Value;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A block between checkpoints: its inputs are kept, the rest is computed again on a tape beside.
 * What flows to each input is handed over piece by piece, so that sums keep their order.
 */
final class Recomputed implements Op {
  private final Tape side;
  private final Tape.Block block;
  private final Var[] in;
  private final Var result;
  private final List<String> parameters;

  /** Runs {@code block} on {@code side}, which is then free for the next. */
  Recomputed(Tape side, Tape.Block block, Var... in) {
    this.side = side;
    this.block = block;
    this.in = in.clone();
    side.reset();
    result = side.quietly(false, () -> run(inputs(false)));
    parameters = side.parametersRead();
  }

  /** The names of the parameters that the block reads, in order. */
  List<String> parameters() {
    return parameters;
  }

  /** The result of the first run; valid until the tape beside runs another block. */
  Var result() {
    return result;
  }

  private Var run(Var[] inputs) {
    Var y = block.of(side, inputs);
    if (y.tape != side) {
      throw new IllegalArgumentException("checkpoint: the block's result is on another tape");
    }
    return y;
  }

  private Var[] inputs(boolean differentiated) {
    Var[] inputs = new Var[in.length];
    List<Var> known = List.of(in);
    for (int i = 0; i < inputs.length; i++) {
      int first = known.indexOf(in[i]);
      if (first < i) {
        inputs[i] = inputs[first];
        continue;
      }
      boolean variable = differentiated && in[i].needsGradient;
      inputs[i] = variable ? side.variable(in[i].tensor) : side.constant(in[i].tensor);
    }
    return inputs;
  }

  /** The result once more, recorded on the tape of the inputs like that of any ops. */
  Var again(Tape tape) {
    return block.of(tape, in);
  }

  /** Adds what flows from {@code g} through the block to the contributions of its inputs. */
  void propagate(Var node, Var g) {
    side.reset();
    Var[] inputs = inputs(true);
    Var y = side.quietly(true, () -> run(inputs));
    side.differentiate(y, side.constant(g.tensor), false);
    for (int i = 0; i < in.length; i++) {
      handOver(inputs[i], in[i]);
    }
    for (int i = 0; i < parameters.size(); i++) {
      handOver(side.parameter(parameters.get(i)), node.in[in.length + i]);
    }
  }

  private static void handOver(Var from, Var to) {
    for (Var part : from.contributions) {
      to.contributions.add(to.tape.constant(to.tape.scope().copy(part.tensor)));
    }
    from.contributions.clear(); // an input that is given twice is handed over once
  }

  @Override
  public String name() {
    return "checkpoint";
  }

  @Override
  public Shape shape(Shape... shapes) {
    throw new UnsupportedOperationException("a block's shape is known once it has run");
  }

  @Override
  public void forward(Exec exec, Tensor[] tensors, Tensor out) {
    throw new UnsupportedOperationException("a block runs on a tape of its own");
  }

  @Override
  public List<@Nullable Pull> gradient(Value[] values, Value out, Value g) {
    throw new UnsupportedOperationException("a block hands its gradients over itself");
  }
}
