package dev.lanewise.nn;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.internal.random.RandomKey;

/**
 * One pass through a network, as a layer sees it: its parameters by their local names, whether this
 * is training, and its own stream of random numbers, a pure function of (seed, step, layer).
 */
public final class Forward {
  private final Tape tape;
  private final String prefix;
  private final boolean training;
  private final RandomKey step;

  private Forward(Tape tape, String prefix, boolean training, RandomKey step) {
    this.tape = tape;
    this.prefix = prefix;
    this.training = training;
    this.step = step;
  }

  /** A training pass: step {@code step} of the run with {@code seed}. */
  public static Forward training(Tape tape, long seed, long step) {
    return new Forward(tape, "", true, RandomKey.ofSeed(seed).fold("layers").fold(step));
  }

  /** A pass that only predicts. */
  public static Forward evaluation(Tape tape) {
    return new Forward(tape, "", false, RandomKey.ofSeed(0));
  }

  /** The pass as the part {@code name} sees it. */
  public Forward child(String name) {
    return new Forward(tape, prefix + name + ".", training, step);
  }

  /** Whether this is training. */
  public boolean isTraining() {
    return training;
  }

  /** The parameter that the layer calls {@code name}. */
  public Var parameter(String name) {
    return tape.parameter(prefix + name);
  }

  /** The key of the layer's random stream for this step. */
  long randomKey() {
    return step.fold(prefix).value();
  }
}
