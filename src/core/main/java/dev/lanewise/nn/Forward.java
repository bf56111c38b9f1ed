package dev.lanewise.nn;

import dev.lanewise.autodiff.Tape;
import dev.lanewise.autodiff.Var;
import dev.lanewise.internal.random.RandomKey;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One pass through a network, as a layer sees it: its parameters by their local names, whether this
 * is training, and its own stream of random numbers, a pure function of (seed, step, layer).
 */
public final class Forward {
  private final Tape tape;
  private final @Nullable TensorStore buffers;
  private final String prefix;
  private final boolean training;
  private final RandomKey step;

  /** What stands in for parameters, by their full names. */
  private final Map<String, Var> replaced;

  private Forward(
      Tape tape,
      @Nullable TensorStore buffers,
      String prefix,
      boolean training,
      RandomKey step,
      Map<String, Var> replaced) {
    this.tape = tape;
    this.buffers = buffers;
    this.prefix = prefix;
    this.training = training;
    this.step = step;
    this.replaced = replaced;
  }

  /**
   * Starts a training pass.
   *
   * @param tape where to compute; its parameters are the network's
   * @param seed of the run
   * @param step of the run, from which with the seed all random numbers follow
   * @return the pass as the outermost network sees it
   */
  public static Forward training(Tape tape, long seed, long step) {
    RandomKey key = RandomKey.ofSeed(seed).fold("layers").fold(step);
    return new Forward(tape, null, "", true, key, Map.of());
  }

  /**
   * Starts a pass that only predicts.
   *
   * @param tape where to compute; its parameters are the network's
   * @return the pass as the outermost network sees it
   */
  public static Forward evaluation(Tape tape) {
    return new Forward(tape, null, "", false, RandomKey.ofSeed(0), Map.of());
  }

  /**
   * Narrows the pass to a part of the layer.
   *
   * @param name what the layer calls the part; prefixes the names of its parameters and buffers
   * @return the pass as the part sees it, with its own random numbers
   */
  public Forward child(String name) {
    return new Forward(tape, buffers, prefix + name + ".", training, step, replaced);
  }

  /** The pass with the buffers of the outermost network, {@code network}. */
  Forward within(Sequential network) {
    return buffers != null
        ? this
        : new Forward(tape, network.state(), prefix, training, step, replaced);
  }

  /** The same pass on another tape with the same parameters. */
  Forward on(Tape other) {
    return new Forward(other, buffers, prefix, training, step, Map.of());
  }

  /** The same pass with {@code value} for the parameter that the layer calls {@code name}. */
  Forward replacing(String name, Var value) {
    return new Forward(tape, buffers, prefix, training, step, Map.of(prefix + name, value));
  }

  /** {@return whether this is training} */
  public boolean isTraining() {
    return training;
  }

  /**
   * Finds a parameter.
   *
   * @param name what the layer calls it
   * @return the parameter, on the tape of the pass
   * @throws IllegalArgumentException if the tape has none of this name
   */
  public Var parameter(String name) {
    Var instead = replaced.get(prefix + name);
    return instead != null ? instead : tape.parameter(prefix + name);
  }

  /**
   * Finds a buffer, to read and, in training, to write.
   *
   * @param name what the layer calls it
   * @return the buffer itself, not a copy
   * @throws IllegalStateException if the layer is not part of a {@link Sequential}
   */
  public Tensor buffer(String name) {
    if (buffers == null) {
      throw new IllegalStateException(
          "a layer with buffers runs as part of a Sequential, which keeps them: " + prefix + name);
    }
    return buffers.get(prefix + name);
  }

  /**
   * {@return the key of the layer's random stream for this step, a pure function of (seed, step,
   * layer)} It is what {@link Var#dropout} and the random functions of {@link Functional} take; a
   * layer that draws more than once takes the key of a {@link #child} for each.
   */
  public long randomKey() {
    return step.fold(prefix).value();
  }
}
