package dev.lanewise.optim;

import dev.lanewise.internal.kernel.Expr;
import java.util.List;

/** Takes the steps of one optimizer, for the parameters that are its own. */
interface Updater {

  /**
   * Takes a step.
   *
   * @param t number of the step, from 1
   * @param lr learning rate
   * @param momentum in place of {@link #momentum()}
   * @param clipScale factor of the gradients
   */
  void step(long t, double lr, double momentum, double clipScale);

  /** The momentum that a schedule may change; NaN if there is none. */
  double momentum();

  /**
   * Asks for the slots that {@code optimizer} needs for the parameters {@code names}.
   *
   * @param names in registration order
   * @param gradient the effective gradient
   * @return what makes the updater once the slots are there
   */
  static Later of(Optimizer optimizer, List<String> names, Expr gradient, Workspace at) {
    return switch (optimizer) {
      case Lookahead lookahead -> LookaheadUpdater.of(lookahead, names, gradient, at);
      default -> ElementwiseUpdater.of(UpdateRule.of(optimizer, gradient), names, at);
    };
  }

  /** An updater to be. */
  @FunctionalInterface
  interface Later {
    /** Makes it, after the slots were allocated. */
    Updater make();
  }
}
