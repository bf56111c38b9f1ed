package dev.lanewise.optim;

import static dev.lanewise.optim.UpdateRule.LR;
import static dev.lanewise.optim.UpdateRule.MOMENTUM;
import static dev.lanewise.optim.UpdateRule.P;
import static dev.lanewise.optim.UpdateRule.average;
import static dev.lanewise.optim.UpdateRule.slot;

import dev.lanewise.internal.kernel.Expr;
import dev.lanewise.optim.UpdateRule.Slot;
import java.util.ArrayList;
import java.util.List;

/**
 * RMSprop (Hinton, 2012) as in PyTorch: the gradient over the root of the moving average of its
 * square; centered, over the root of its estimated variance (Graves, arXiv:1308.0850).
 *
 * @param lr learning rate, at least 0
 * @param alpha decay of the averages, in [0, 1)
 * @param eps added to the root, above 0
 * @param weightDecay L2 weight decay: g + weightDecay p takes the place of g
 * @param momentum share of the past direction that is kept, at least 0; 0 for none
 * @param centered whether the average gradient is subtracted
 */
public record RmsProp(
    double lr, double alpha, double eps, double weightDecay, double momentum, boolean centered)
    implements Optimizer {

  /** Checks the values. */
  public RmsProp {
    Check.atLeastZero("lr", lr);
    Check.decay("alpha", alpha);
    Check.positive("eps", eps);
    Check.atLeastZero("weight_decay", weightDecay);
    Check.atLeastZero("momentum", momentum);
  }

  /** {@return RMSprop with PyTorch's defaults: learning rate 0.01} */
  public static RmsProp of() {
    return of(1e-2);
  }

  /**
   * {@return RMSprop with alpha 0.99, eps 1e-8, neither momentum nor weight decay, not centered}
   *
   * @param lr learning rate, at least 0
   */
  public static RmsProp of(double lr) {
    return new RmsProp(lr, 0.99, 1e-8, 0, 0, false);
  }

  /**
   * {@return a copy with another {@link #alpha()}}
   *
   * @param value in [0, 1)
   */
  public RmsProp alpha(double value) {
    return new RmsProp(lr, value, eps, weightDecay, momentum, centered);
  }

  /**
   * {@return a copy with another {@link #eps()}}
   *
   * @param value above 0
   */
  public RmsProp eps(double value) {
    return new RmsProp(lr, alpha, value, weightDecay, momentum, centered);
  }

  /**
   * {@return a copy with another {@link #weightDecay()}}
   *
   * @param value at least 0; 0 for none
   */
  public RmsProp weightDecay(double value) {
    return new RmsProp(lr, alpha, eps, value, momentum, centered);
  }

  /**
   * {@return a copy with another {@link #momentum()}}
   *
   * @param value at least 0; 0 for none
   */
  public RmsProp momentum(double value) {
    return new RmsProp(lr, alpha, eps, weightDecay, value, centered);
  }

  /**
   * {@return a copy with another {@link #centered()}}
   *
   * @param value whether the average gradient is subtracted
   */
  public RmsProp centered(boolean value) {
    return new RmsProp(lr, alpha, eps, weightDecay, momentum, value);
  }

  UpdateRule rule(Expr gradient) {
    List<Slot> slots = new ArrayList<>();
    Expr g = UpdateRule.decayed(gradient, weightDecay);
    Expr square = average(slot(0), alpha, g.square());
    slots.add(new Slot("square_avg", square));
    Expr spread = square;
    if (centered) {
      Expr mean = average(slot(slots.size()), alpha, g);
      slots.add(new Slot("grad_avg", mean));
      // a variance is not negative, but the rounded difference can be
      spread = UpdateRule.minus(square, mean, mean).max(Expr.ZERO);
    }
    Expr direction = g.div(spread.sqrt().add(eps));
    if (momentum > 0) {
      direction = slot(slots.size()).fma(MOMENTUM, direction);
      slots.add(new Slot("momentum_buffer", direction));
    }
    return new UpdateRule(UpdateRule.minus(P, direction, LR), slots, List.of(), momentum);
  }
}
