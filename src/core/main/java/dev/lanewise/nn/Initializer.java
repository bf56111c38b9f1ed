package dev.lanewise.nn;

import dev.lanewise.internal.random.RandomKey;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.function.LongToDoubleFunction;

/**
 * How a parameter starts: a pure function of (seed, name, shape) by rng-v1. For weights [out, in,
 * ...], fan-in is in times the rest and fan-out is out times the rest.
 */
public sealed interface Initializer {

  /**
   * All elements the same.
   *
   * @param value of each element
   */
  record Constant(double value) implements Initializer {}

  /**
   * Uniform in [low, high).
   *
   * @param low the least value
   * @param high the end, exclusive
   */
  record Uniform(double low, double high) implements Initializer {}

  /**
   * Normal.
   *
   * @param mean of the distribution
   * @param std its standard deviation
   */
  record Normal(double mean, double std) implements Initializer {}

  /**
   * Uniform in (-b, b) with b = gain * sqrt(3 / fan-in): He et al. 2015. The gain of ReLU is
   * sqrt(2).
   *
   * @param gain factor that makes up for the activation
   */
  record KaimingUniform(double gain) implements Initializer {}

  /**
   * Normal with std = gain / sqrt(fan-in): He et al. 2015.
   *
   * @param gain factor that makes up for the activation
   */
  record KaimingNormal(double gain) implements Initializer {}

  /**
   * Uniform in (-b, b) with b = gain * sqrt(6 / (fan-in + fan-out)): Glorot and Bengio 2010.
   *
   * @param gain factor that makes up for the activation
   */
  record XavierUniform(double gain) implements Initializer {}

  /**
   * Normal with std = gain * sqrt(2 / (fan-in + fan-out)): Glorot and Bengio 2010.
   *
   * @param gain factor that makes up for the activation
   */
  record XavierNormal(double gain) implements Initializer {}

  /** {@return an initializer to all zeros} */
  static Initializer zeros() {
    return new Constant(0);
  }

  /** {@return Kaiming uniform with the gain of ReLU, sqrt(2)} */
  static Initializer kaimingUniform() {
    return new KaimingUniform(Math.sqrt(2));
  }

  /** {@return Kaiming normal with the gain of ReLU, sqrt(2)} */
  static Initializer kaimingNormal() {
    return new KaimingNormal(Math.sqrt(2));
  }

  /** {@return Xavier uniform with gain 1} */
  static Initializer xavierUniform() {
    return new XavierUniform(1);
  }

  /** {@return Xavier normal with gain 1} */
  static Initializer xavierNormal() {
    return new XavierNormal(1);
  }

  /**
   * {@return uniform in (-b, b) with {@code b = 1 / sqrt(fanIn)}: how PyTorch's layers start}
   *
   * @param fanIn elements that each result is a sum over, above 0
   */
  static Initializer fanIn(long fanIn) {
    double bound = 1 / Math.sqrt((double) fanIn);
    return new Uniform(-bound, bound);
  }

  /**
   * Writes initial values.
   *
   * @param t F32 or F64, contiguous; overwritten
   * @param seed of the run
   * @param name of the parameter, which with the seed decides its stream of random numbers
   */
  default void fill(Tensor t, long seed, String name) {
    RandomKey key = RandomKey.ofSeed(seed).fold("init").fold(name);
    Tensor flat = t.reshape(t.size());
    Shape shape = t.shape();
    switch (this) {
      case Constant(double value) -> t.fill(value);
      case Uniform(double low, double high) -> uniform(flat, key, low, high);
      case Normal(double mean, double std) -> normal(flat, key, mean, std);
      case KaimingUniform(double gain) -> symmetric(flat, key, gain * Math.sqrt(3 / fanIn(shape)));
      case KaimingNormal(double gain) -> normal(flat, key, 0, gain / Math.sqrt(fanIn(shape)));
      case XavierUniform(double gain) ->
          symmetric(flat, key, gain * Math.sqrt(6 / (fanIn(shape) + fanOut(shape))));
      case XavierNormal(double gain) ->
          normal(flat, key, 0, gain * Math.sqrt(2 / (fanIn(shape) + fanOut(shape))));
    }
  }

  private static void symmetric(Tensor flat, RandomKey key, double bound) {
    uniform(flat, key, -bound, bound);
  }

  private static void uniform(Tensor flat, RandomKey key, double low, double high) {
    fill(flat, i -> low + (high - low) * key.uniformDouble(i));
  }

  private static void normal(Tensor flat, RandomKey key, double mean, double std) {
    fill(flat, i -> mean + std * key.normal(i));
  }

  private static void fill(Tensor flat, LongToDoubleFunction values) {
    double[] chunk = new double[1024];
    for (long at = 0; at < flat.size(); at += chunk.length) {
      int n = (int) Math.min(chunk.length, flat.size() - at);
      for (int i = 0; i < n; i++) {
        chunk[i] = values.applyAsDouble(at + i);
      }
      flat.slice(0, at, at + n).copyFrom(Arrays.copyOf(chunk, n));
    }
  }

  private static double fanIn(Shape s) {
    return s.rank() < 2 ? Math.max(1, s.size()) : Math.max(1, s.size() / Math.max(1, s.dim(0)));
  }

  private static double fanOut(Shape s) {
    return s.rank() < 2 ? Math.max(1, s.size()) : Math.max(1, s.size() / Math.max(1, s.dim(1)));
  }
}
