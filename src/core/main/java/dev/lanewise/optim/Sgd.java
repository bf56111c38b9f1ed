package dev.lanewise.optim;

import static dev.lanewise.optim.UpdateRule.LR;
import static dev.lanewise.optim.UpdateRule.MOMENTUM;
import static dev.lanewise.optim.UpdateRule.P;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.optim.UpdateRule.Slot;
import java.util.List;

/**
 * Stochastic gradient descent with momentum as in PyTorch (Sutskever and others, ICML 2013): b =
 * momentum b + (1 - dampening) g (b = g at the first step), p - lr b; with Nesterov's form p - lr
 * (g + momentum b).
 *
 * @param lr learning rate, at least 0
 * @param momentum share of the past direction that is kept, at least 0; 0 for none
 * @param dampening share of the gradient that does not enter the momentum
 * @param nesterov whether to look ahead; needs momentum and no dampening
 * @param weightDecay L2 weight decay: g + weightDecay p takes the place of g
 */
public record Sgd(
    double lr, double momentum, double dampening, boolean nesterov, double weightDecay)
    implements Optimizer {

  /** Checks the values. */
  public Sgd {
    Check.atLeastZero("lr", lr);
    Check.atLeastZero("momentum", momentum);
    Check.finite("dampening", dampening);
    Check.atLeastZero("weight_decay", weightDecay);
    Check.require(
        !nesterov || momentum > 0 && dampening == 0,
        "nesterov",
        "momentum " + momentum + " with dampening " + dampening,
        "a momentum above 0 and no dampening");
  }

  /**
   * {@return SGD without momentum and weight decay}
   *
   * @param lr learning rate, at least 0
   */
  public static Sgd of(double lr) {
    return new Sgd(lr, 0, 0, false, 0);
  }

  /**
   * {@return a copy with another {@link #momentum()}}
   *
   * @param value at least 0; 0 for none
   */
  public Sgd momentum(double value) {
    return new Sgd(lr, value, dampening, nesterov, weightDecay);
  }

  /**
   * {@return a copy with another {@link #dampening()}}
   *
   * @param value a finite number; 0 if {@link #nesterov()}
   */
  public Sgd dampening(double value) {
    return new Sgd(lr, momentum, value, nesterov, weightDecay);
  }

  /**
   * {@return a copy with another {@link #nesterov()}}
   *
   * @param value true only with momentum and without dampening
   */
  public Sgd nesterov(boolean value) {
    return new Sgd(lr, momentum, dampening, value, weightDecay);
  }

  /**
   * {@return a copy with another {@link #weightDecay()}}
   *
   * @param value at least 0; 0 for none
   */
  public Sgd weightDecay(double value) {
    return new Sgd(lr, momentum, dampening, nesterov, value);
  }

  UpdateRule rule(Expr gradient) {
    Expr g = UpdateRule.decayed(gradient, weightDecay);
    if (momentum == 0) {
      return new UpdateRule(UpdateRule.minus(P, g, LR), List.of(), List.of());
    }
    Expr entering = dampening == 0 ? g : g.mul(UpdateRule.scalar(0));
    Expr buffer = UpdateRule.slot(0).fma(MOMENTUM, entering);
    Expr direction = nesterov ? buffer.fma(MOMENTUM, g) : buffer;
    return new UpdateRule(
        UpdateRule.minus(P, direction, LR),
        List.of(new Slot("momentum_buffer", buffer)),
        List.of((t, lr, m) -> t == 1 ? 1 : 1 - dampening),
        momentum);
  }
}
