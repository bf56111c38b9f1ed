package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Recurrent networks of one layer and one direction, as functions: x [n, t, in] to [n, t, h], with
 * states [1, n, h] that start at 0 where they are null. Weights are PyTorch's, one block of h rows
 * a gate: {@code weightIh} [gates h, in], {@code weightHh} [gates h, h], biases [gates h].
 */
public final class Recurrence {
  private Recurrence() {}

  /**
   * What a recurrent network gives.
   *
   * @param output the hidden state after each step, [n, t, h]
   * @param hidden the last one, [1, n, h]
   */
  public record Output(Var output, Var hidden) {}

  /**
   * What an LSTM gives.
   *
   * @param output the hidden state after each step, [n, t, h]
   * @param hidden the last one, [1, n, h]
   * @param cell the last cell state, [1, n, h]
   */
  public record LstmOutput(Var output, Var hidden, Var cell) {}

  /**
   * Elman's network (1990): {@code h' = tanh(Wih x + bih + Whh h + bhh)}.
   *
   * @param x [n, t, in], t at least 1
   * @param hidden [1, n, h], or null for 0
   * @param weightIh [h, in]
   * @param weightHh [h, h]
   * @param biasIh [h]
   * @param biasHh [h]
   * @return the hidden states, [n, t, h] and [1, n, h]
   * @throws ShapeException if the shapes do not fit
   */
  public static Output rnnTanh(
      Var x, @Nullable Var hidden, Var weightIh, Var weightHh, Var biasIh, Var biasHh) {
    Var h = initial(x, hidden, weightHh);
    List<Var> outputs = new ArrayList<>();
    for (Var in : steps(x.linear(weightIh, biasIh))) {
      h = in.add(h.linear(weightHh, biasHh)).tanh();
      outputs.add(h);
    }
    return new Output(join(outputs), last(h));
  }

  /**
   * Long short-term memory (Hochreiter and Schmidhuber 1997; Gers et al. 2000), gates in the order
   * i, f, g, o:
   *
   * <pre>
   * i, f, o = sigmoid(Wih x + bih + Whh h + bhh)    g = tanh(Wih x + bih + Whh h + bhh)
   * c' = f c + i g                                  h' = o tanh(c')
   * </pre>
   *
   * @param x [n, t, in], t at least 1
   * @param hidden [1, n, h], or null for 0
   * @param cell [1, n, h], or null for 0
   * @param weightIh [4 h, in]
   * @param weightHh [4 h, h]
   * @param biasIh [4 h]
   * @param biasHh [4 h]
   * @return the hidden states, [n, t, h] and [1, n, h], and the last cell state, [1, n, h]
   * @throws ShapeException if the shapes do not fit
   */
  public static LstmOutput lstm(
      Var x,
      @Nullable Var hidden,
      @Nullable Var cell,
      Var weightIh,
      Var weightHh,
      Var biasIh,
      Var biasHh) {
    Var h = initial(x, hidden, weightHh);
    Var c = initial(x, cell, weightHh);
    List<Var> outputs = new ArrayList<>();
    for (Var in : steps(x.linear(weightIh, biasIh))) {
      Var gates = in.add(h.linear(weightHh, biasHh));
      Var kept = gate(gates, 1, c).sigmoid().mul(c);
      c = kept.add(gate(gates, 0, c).sigmoid().mul(gate(gates, 2, c).tanh()));
      h = gate(gates, 3, c).sigmoid().mul(c.tanh());
      outputs.add(h);
    }
    return new LstmOutput(join(outputs), last(h), last(c));
  }

  /**
   * The gated recurrent unit (Cho et al. 2014), gates in the order r, z, n; as in PyTorch, r scales
   * the product with its bias:
   *
   * <pre>
   * r, z = sigmoid(Wih x + bih + Whh h + bhh)
   * n = tanh(Wih x + bih + r (Whh h + bhh))
   * h' = (1 - z) n + z h
   * </pre>
   *
   * @param x [n, t, in], t at least 1
   * @param hidden [1, n, h], or null for 0
   * @param weightIh [3 h, in]
   * @param weightHh [3 h, h]
   * @param biasIh [3 h]
   * @param biasHh [3 h]
   * @return the hidden states, [n, t, h] and [1, n, h]
   * @throws ShapeException if the shapes do not fit
   */
  public static Output gru(
      Var x, @Nullable Var hidden, Var weightIh, Var weightHh, Var biasIh, Var biasHh) {
    Var h = initial(x, hidden, weightHh);
    List<Var> outputs = new ArrayList<>();
    for (Var in : steps(x.linear(weightIh, biasIh))) {
      Var own = h.linear(weightHh, biasHh);
      Var r = gate(in, 0, h).add(gate(own, 0, h)).sigmoid();
      Var z = gate(in, 1, h).add(gate(own, 1, h)).sigmoid();
      Var n = gate(in, 2, h).add(r.mul(gate(own, 2, h))).tanh();
      h = n.add(z.mul(h.sub(n)));
      outputs.add(h);
    }
    return new Output(join(outputs), last(h));
  }

  /** The state as [n, h]. */
  private static Var initial(Var x, @Nullable Var state, Var weightHh) {
    Shape s = x.shape();
    if (s.rank() != 3 || s.dim(1) == 0) {
      throw new ShapeException("recurrent: expected input [n, t, in] with t > 0, found " + s);
    }
    Shape flat = Shape.of(s.dim(0), weightHh.shape().dim(-1));
    if (state == null) {
      return x.tape().constant(x.tape().scope().zeros(x.dtype(), flat));
    }
    if (!state.shape().equals(flat.insert(0, 1))) {
      throw new ShapeException(
          "recurrent: expected a state %s, found %s".formatted(flat.insert(0, 1), state.shape()));
    }
    return state.reshape(flat);
  }

  /**
   * x [n, t, f] as t steps [n, f]. It is halved again and again: the gradient of a slice is as
   * large as what it was cut from, so that cutting all steps from the whole would cost t times the
   * whole instead of log t times.
   */
  private static List<Var> steps(Var x) {
    List<Var> found = new ArrayList<>();
    split(x, found);
    return found;
  }

  private static void split(Var x, List<Var> into) {
    long t = x.shape().dim(1);
    if (t == 1) {
      into.add(x.reshape(x.shape().without(1)));
      return;
    }
    split(x.slice(1, 0, t / 2), into);
    split(x.slice(1, t / 2, t), into);
  }

  /** Block {@code index} of gates [n, gates h], as wide as {@code state} [n, h]. */
  private static Var gate(Var gates, int index, Var state) {
    long width = state.shape().dim(1);
    return gates.slice(1, index * width, (index + 1) * width);
  }

  private static Var join(List<Var> outputs) {
    return outputs.getFirst().stack(1, outputs.subList(1, outputs.size()).toArray(Var[]::new));
  }

  private static Var last(Var state) {
    return state.reshape(state.shape().insert(0, 1));
  }
}
