package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import java.util.List;

/**
 * A recurrent layer over samples [t, in], see {@link Recurrence}: it gives the hidden state after
 * each step, [t, hidden]. States start at 0 in every batch. Parameters have PyTorch's names and
 * initial values; deeper networks are several layers.
 *
 * @param kind which recurrence
 * @param in features in
 * @param hidden width of the state
 */
public record Recurrent(Kind kind, long in, long hidden) implements Layer {

  /** The recurrences. */
  public enum Kind {
    /** {@link Recurrence#rnnTanh}. */
    RNN(1),
    /** {@link Recurrence#lstm}. */
    LSTM(4),
    /** {@link Recurrence#gru}. */
    GRU(3);

    private final int gates;

    Kind(int gates) {
      this.gates = gates;
    }
  }

  /**
   * Checks the sizes.
   *
   * @throws ShapeException if a size is below 1
   */
  public Recurrent {
    if (in < 1 || hidden < 1) {
      throw new ShapeException(
          "%s: sizes must be at least 1, found in = %d, hidden = %d".formatted(kind, in, hidden));
    }
  }

  /**
   * Makes Elman's network with tanh.
   *
   * @param in features in, at least 1
   * @param hidden width of the state, at least 1
   * @return the layer
   */
  public static Recurrent rnn(long in, long hidden) {
    return new Recurrent(Kind.RNN, in, hidden);
  }

  /**
   * Makes long short-term memory.
   *
   * @param in features in, at least 1
   * @param hidden width of the state, at least 1
   * @return the layer
   */
  public static Recurrent lstm(long in, long hidden) {
    return new Recurrent(Kind.LSTM, in, hidden);
  }

  /**
   * Makes gated recurrent units.
   *
   * @param in features in, at least 1
   * @param hidden width of the state, at least 1
   * @return the layer
   */
  public static Recurrent gru(long in, long hidden) {
    return new Recurrent(Kind.GRU, in, hidden);
  }

  @Override
  public String describe() {
    return kind + "(" + in + ", " + hidden + ")";
  }

  @Override
  public Shape outputShape(Shape sample) {
    if (sample.rank() != 2 || sample.dim(1) != in) {
      throw new ShapeException(describe() + ": input " + sample + " is not [t, " + in + "]");
    }
    return sample.with(1, hidden);
  }

  @Override
  public List<ParameterSpec> parameters() {
    long rows = kind.gates * hidden;
    Initializer start = Initializer.fanIn(hidden);
    return List.of(
        new ParameterSpec("weight_ih_l0", Shape.of(rows, in), start),
        new ParameterSpec("weight_hh_l0", Shape.of(rows, hidden), start),
        new ParameterSpec("bias_ih_l0", Shape.of(rows), start),
        new ParameterSpec("bias_hh_l0", Shape.of(rows), start));
  }

  @Override
  public Var forward(Forward pass, Var x) {
    Var weightIh = pass.parameter("weight_ih_l0");
    Var weightHh = pass.parameter("weight_hh_l0");
    Var biasIh = pass.parameter("bias_ih_l0");
    Var biasHh = pass.parameter("bias_hh_l0");
    return switch (kind) {
      case RNN -> Recurrence.rnnTanh(x, null, weightIh, weightHh, biasIh, biasHh).output();
      case LSTM -> Recurrence.lstm(x, null, null, weightIh, weightHh, biasIh, biasHh).output();
      case GRU -> Recurrence.gru(x, null, weightIh, weightHh, biasIh, biasHh).output();
    };
  }
}
