package dev.lanewise.optim;

/**
 * Lookahead (Zhang, Lucas, Hinton, Ba, arXiv:1907.08610): {@code base} runs ahead; after every k
 * steps slow weights go the share alpha of the way to where it is, and it goes on from there. Its
 * own state, such as momentum, is kept.
 *
 * @param base what runs ahead
 * @param k steps between two synchronizations, at least 1
 * @param alpha share of the way, in (0, 1]
 */
public record Lookahead(Optimizer base, int k, double alpha) implements Optimizer {

  /** Checks the values. */
  public Lookahead {
    Check.require(
        !base.needsClosure(),
        "base",
        base,
        "an optimizer that evaluates the gradients once a step");
    Check.count("k", k, 1);
    Check.require(alpha > 0 && alpha <= 1, "alpha", alpha, "a number above 0, at most 1");
  }

  /**
   * {@return Lookahead with the paper's defaults: 5 steps, half the way}
   *
   * @param base what runs ahead; it evaluates the gradients once a step
   */
  public static Lookahead of(Optimizer base) {
    return new Lookahead(base, 5, 0.5);
  }

  @Override
  public double lr() {
    return base.lr();
  }
}
