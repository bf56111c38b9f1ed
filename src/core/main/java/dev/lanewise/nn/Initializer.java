package dev.lanewise.nn;

import dev.lanewise.internal.random.RandomKey;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;

/**
 * How a parameter starts: a pure function of (seed, name, shape) by rng-v1. For weights [out, in,
 * ...], fan-in is in times the rest and fan-out is out times the rest.
 */
public sealed interface Initializer {

  /** All elements the same. */
  record Constant(double value) implements Initializer {}

  /** Uniform in [low, high). */
  record Uniform(double low, double high) implements Initializer {}

  /** Normal. */
  record Normal(double mean, double std) implements Initializer {}

  /**
   * Uniform in (-b, b) with b = gain * sqrt(3 / fan-in): He et al. 2015. The gain of ReLU is
   * sqrt(2).
   */
  record KaimingUniform(double gain) implements Initializer {}

  /** Normal with std = gain / sqrt(fan-in): He et al. 2015. */
  record KaimingNormal(double gain) implements Initializer {}

  /** Uniform in (-b, b) with b = gain * sqrt(6 / (fan-in + fan-out)): Glorot and Bengio 2010. */
  record XavierUniform(double gain) implements Initializer {}

  /** Normal with std = gain * sqrt(2 / (fan-in + fan-out)): Glorot and Bengio 2010. */
  record XavierNormal(double gain) implements Initializer {}

  /** All zero. */
  static Initializer zeros() {
    return new Constant(0);
  }

  /** Kaiming uniform for ReLU. */
  static Initializer kaimingUniform() {
    return new KaimingUniform(Math.sqrt(2));
  }

  /** Kaiming normal for ReLU. */
  static Initializer kaimingNormal() {
    return new KaimingNormal(Math.sqrt(2));
  }

  /** Xavier uniform with gain 1. */
  static Initializer xavierUniform() {
    return new XavierUniform(1);
  }

  /** Xavier normal with gain 1. */
  static Initializer xavierNormal() {
    return new XavierNormal(1);
  }

  /** Uniform in (-b, b) with b = 1 / sqrt(fanIn): how PyTorch's layers start. */
  static Initializer fanIn(long fanIn) {
    double bound = 1 / Math.sqrt((double) fanIn);
    return new Uniform(-bound, bound);
  }

  /** Fills {@code t} (contiguous), whose place in the stream is {@code seed} and {@code name}. */
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
    for (long i = 0; i < flat.size(); i++) {
      flat.setDouble(low + (high - low) * key.uniformDouble(i), i);
    }
  }

  private static void normal(Tensor flat, RandomKey key, double mean, double std) {
    for (long i = 0; i < flat.size(); i++) {
      flat.setDouble(mean + std * key.normal(i), i);
    }
  }

  private static double fanIn(Shape s) {
    return s.rank() < 2 ? Math.max(1, s.size()) : Math.max(1, s.size() / Math.max(1, s.dim(0)));
  }

  private static double fanOut(Shape s) {
    return s.rank() < 2 ? Math.max(1, s.size()) : Math.max(1, s.size() / Math.max(1, s.dim(1)));
  }
}
