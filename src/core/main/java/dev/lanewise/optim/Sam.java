package dev.lanewise.optim;

/**
 * Sharpness-aware minimization (Foret, Kleiner, Mobahi, Neyshabur, arXiv:2010.01412): {@code base}
 * steps along the gradient at {@code p + rho g / |g|}, where the loss is highest nearby to first
 * order, so that it settles where the loss is flat. Two evaluations a step. The adaptive form (Kwon
 * and others, arXiv:2102.11600) measures nearness relative to the parameters: {@code p + rho p^2 g
 * / |p g|}.
 *
 * @param base what takes the step
 * @param rho how near, above 0
 * @param adaptive whether relative to the parameters
 */
public record Sam(Optimizer base, double rho, boolean adaptive) implements Optimizer {

  /** Checks the values. */
  public Sam {
    Check.require(
        !base.needsClosure(),
        "base",
        base,
        "an optimizer that evaluates the gradients once a step");
    Check.positive("rho", rho);
  }

  /**
   * {@return SAM with the paper's rho, 0.05, not adaptive}
   *
   * @param base what takes the step; it evaluates the gradients once a step
   */
  public static Sam of(Optimizer base) {
    return new Sam(base, 0.05, false);
  }

  @Override
  public double lr() {
    return base.lr();
  }

  @Override
  public boolean needsClosure() {
    return true;
  }
}
