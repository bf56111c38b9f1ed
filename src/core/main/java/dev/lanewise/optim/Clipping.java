package dev.lanewise.optim;

import dev.lanewise.engine.Engine;
import dev.lanewise.internal.engine.CpuEngine;
import dev.lanewise.tensor.TensorStore;
import java.util.List;

/**
 * How gradients are limited, as by PyTorch's {@code clip_grad_norm_} (Pascanu, Mikolov, Bengio,
 * arXiv:1211.5063) and {@code clip_grad_value_}. Limits that are not above 0 throw {@link
 * IllegalArgumentException}.
 */
public sealed interface Clipping {

  /**
   * {@return a limit of the Euclidean norm of all gradients together}
   *
   * @param maxNorm the largest norm, above 0
   */
  static Clipping norm(double maxNorm) {
    return new ClipNorm(maxNorm, 2);
  }

  /**
   * {@return a limit of a norm of all gradients together}
   *
   * @param maxNorm the largest norm, above 0
   * @param normType p of (sum |g|^p)^(1/p), above 0; infinity for the largest absolute value
   */
  static Clipping norm(double maxNorm, double normType) {
    return new ClipNorm(maxNorm, normType);
  }

  /**
   * {@return a limit of each element, to [-limit, limit]}
   *
   * @param limit largest absolute value, above 0
   */
  static Clipping value(double limit) {
    return new ClipValue(limit);
  }

  /**
   * Clips in place, for those who do without {@link OptimizerState}.
   *
   * @param engine what computes
   * @param gradients F32 or F64; overwritten
   * @return the norm before clipping: Euclidean unless {@link ClipNorm#normType} says otherwise
   * @throws dev.lanewise.tensor.DTypeException if they are neither
   */
  default double clip(Engine engine, TensorStore gradients) {
    CpuEngine cpu = (CpuEngine) engine;
    try (var norm = new GradientNorm(cpu, gradients, this)) {
      double total = norm.measure();
      // the rule reads the gradient as its input 1
      FlatMap map =
          new FlatMap(
              cpu,
              gradients.dtype(),
              List.of(UpdateRule.clipped(this)),
              List.of(FlatMap.Run.of(gradients, gradients, gradients)));
      map.run(0, this instanceof ClipNorm byNorm ? byNorm.scale(total) : 1);
      return total;
    }
  }

  /**
   * Multiplies all gradients by min(1, maxNorm / (norm + 1e-6)).
   *
   * @param maxNorm the largest norm, above 0
   * @param normType p of (sum |g|^p)^(1/p), above 0; infinity for the largest absolute value
   */
  record ClipNorm(double maxNorm, double normType) implements Clipping {
    /** As in PyTorch: keeps the factor finite when all gradients are zero. */
    private static final double NORM_EPS = 1e-6;

    /** Checks the values. */
    public ClipNorm {
      Check.positive("max_norm", maxNorm);
      Check.require(normType > 0, "norm_type", normType, "a number above 0");
    }

    /** The factor for gradients of norm {@code total}. */
    double scale(double total) {
      return Math.min(1, maxNorm / (total + NORM_EPS));
    }
  }

  /**
   * Clamps each element.
   *
   * @param limit largest absolute value, above 0
   */
  record ClipValue(double limit) implements Clipping {
    /** Checks the value. */
    public ClipValue {
      Check.positive("clip_value", limit);
    }
  }
}
