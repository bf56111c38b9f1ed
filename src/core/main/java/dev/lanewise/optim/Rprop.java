package dev.lanewise.optim;

import static dev.lanewise.optim.UpdateRule.P;
import static dev.lanewise.optim.UpdateRule.slot;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.optim.UpdateRule.Slot;
import java.util.List;

/**
 * Resilient backpropagation (Riedmiller, Braun, ICNN 1993) as in PyTorch: each element has its own
 * step size, which grows while the gradient keeps its sign and shrinks when it turns. Meant for
 * gradients of the full batch. A schedule does not change it: lr is only the first step size.
 *
 * @param lr the first step size, at least 0
 * @param etaMinus what a step size shrinks by, in (0, 1)
 * @param etaPlus what it grows by, above 1
 * @param stepMin smallest step size, above 0
 * @param stepMax largest step size, at least stepMin
 */
public record Rprop(double lr, double etaMinus, double etaPlus, double stepMin, double stepMax)
    implements Optimizer {

  /** Checks the values. */
  public Rprop {
    Check.atLeastZero("lr", lr);
    Check.require(etaMinus > 0 && etaMinus < 1, "eta_minus", etaMinus, "a number in (0, 1)");
    Check.require(etaPlus > 1 && etaPlus < 1e9, "eta_plus", etaPlus, "a number above 1");
    Check.positive("step_min", stepMin);
    Check.require(
        stepMax >= stepMin && Double.isFinite(stepMax),
        "step_max",
        stepMax,
        "a number at least step_min, " + stepMin);
  }

  /** {@return Rprop with PyTorch's defaults: first step size 0.01} */
  public static Rprop of() {
    return of(1e-2);
  }

  /**
   * {@return Rprop with factors 0.5 and 1.2 and step sizes from 1e-6 to 50}
   *
   * @param lr the first step size, at least 0
   */
  public static Rprop of(double lr) {
    return new Rprop(lr, 0.5, 1.2, 1e-6, 50);
  }

  /**
   * {@return a copy with other {@link #etaMinus()} and {@link #etaPlus()}}
   *
   * @param minus etaMinus, in (0, 1)
   * @param plus etaPlus, above 1
   */
  public Rprop etas(double minus, double plus) {
    return new Rprop(lr, minus, plus, stepMin, stepMax);
  }

  /**
   * {@return a copy with other {@link #stepMin()} and {@link #stepMax()}}
   *
   * @param min smallest step size, above 0
   * @param max largest step size, at least {@code min}
   */
  public Rprop stepSizes(double min, double max) {
    return new Rprop(lr, etaMinus, etaPlus, min, max);
  }

  UpdateRule rule(Expr g) {
    Expr past = slot(1);
    // of signs, because a product of small gradients would vanish
    Expr agreement = Expr.signOf(g).mul(Expr.signOf(slot(0)));
    Expr grown = past.mul(etaPlus).min(Expr.constant(stepMax));
    Expr shrunk = past.mul(etaMinus).max(Expr.constant(stepMin));
    Expr turned = agreement.ifLess(Expr.ZERO, shrunk, past);
    Expr size = Expr.ZERO.ifLess(agreement, grown, turned);
    // an element whose gradient has turned pauses for one step
    Expr followed = agreement.ifLess(Expr.ZERO, Expr.ZERO, g);
    return new UpdateRule(
        UpdateRule.minus(P, Expr.signOf(followed), size),
        List.of(
            new Slot("prev", followed),
            new Slot("step_size", Math.clamp(lr, stepMin, stepMax), size)),
        List.of());
  }
}
