package dev.lanewise.optim;

import dev.lanewise.internal.kernel.Expr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one step does to one element, as lane expressions over the parameter {@link #P}, the
 * effective gradient and the {@linkplain #slot slots}. Expressions may share subtrees, which are
 * then computed once. Where the parameter, its gradient and all slots are zero, everything must
 * stay zero, so that the padding of the slabs does.
 *
 * @param value the parameter after the step
 * @param slots what is kept for each element from step to step, in the order of {@link #slot}
 * @param scalars what changes from step to step, in the order of {@link #scalar}
 * @param momentum the share of the past that a schedule may cycle, {@link #MOMENTUM} in the
 *     expressions; NaN if there is none
 */
record UpdateRule(Expr value, List<Slot> slots, List<Scalar> scalars, double momentum) {

  /** The parameter. */
  static final Expr P = Expr.input(0);

  /** The gradient as the backward pass left it. */
  static final Expr RAW_GRADIENT = Expr.input(1);

  /** The learning rate of the step. */
  static final Expr LR = Expr.param(0);

  /** What gradients are multiplied by so that their norm stays within its limit. */
  static final Expr CLIP_SCALE = Expr.param(1);

  /** The momentum of the step. */
  static final Expr MOMENTUM = Expr.param(2);

  /** 1 - the momentum of the step. */
  static final Expr FRESH = Expr.param(3);

  /** Index of the first {@link #scalar}. */
  static final int FIRST_SCALAR = 4;

  private static final int FIRST_SLOT = 2;

  /**
   * One value kept for each element.
   *
   * @param name as in PyTorch's optimizer state
   * @param initial before the first step
   * @param next after the step
   */
  record Slot(String name, double initial, Expr next) {

    /** A slot that starts at zero. */
    Slot(String name, Expr next) {
      this(name, 0, next);
    }
  }

  /** A number that is the same for all elements of a step, computed in double. */
  @FunctionalInterface
  interface Scalar {
    /**
     * Its value at step {@code t} = 1, 2, ... with learning rate {@code lr} and the momentum of the
     * step, NaN for a rule without one.
     */
    double at(long t, double lr, double momentum);
  }

  UpdateRule {
    slots = List.copyOf(slots);
    scalars = List.copyOf(scalars);
  }

  /** A rule without momentum. */
  UpdateRule(Expr value, List<Slot> slots, List<Scalar> scalars) {
    this(value, slots, scalars, Double.NaN);
  }

  /** The rule of {@code optimizer} for the effective gradient {@code g}. */
  static UpdateRule of(Optimizer optimizer, Expr g) {
    return switch (optimizer) {
      case GradientDescent o -> o.rule(g);
      case Sgd o -> o.rule(g);
      case RmsProp o -> o.rule(g);
      case Adagrad o -> o.rule(g);
      case Adadelta o -> o.rule(g);
      case Adam o -> o.rule(g);
      case AdamW o -> o.rule(g);
      case Adamax o -> o.rule(g);
      case NAdam o -> o.rule(g);
      case RAdam o -> o.rule(g);
      case Rprop o -> o.rule(g);
      case Lion o -> o.rule(g);
      case Lookahead _ -> throw new IllegalArgumentException(optimizer + " is not elementwise.");
    };
  }

  /** What slot {@code i} holds before the step. */
  static Expr slot(int i) {
    return Expr.input(FIRST_SLOT + i);
  }

  /** Scalar {@code i} of the step. */
  static Expr scalar(int i) {
    return Expr.param(FIRST_SCALAR + i);
  }

  /** The gradient after clipping. */
  static Expr clipped(@Nullable Clipping clipping) {
    return switch (clipping) {
      case null -> RAW_GRADIENT;
      case Clipping.ClipNorm _ -> RAW_GRADIENT.mul(CLIP_SCALE);
      case Clipping.ClipValue(double limit) ->
          RAW_GRADIENT.min(Expr.constant(limit)).max(Expr.constant(-limit));
    };
  }

  /** g + weightDecay * p: the gradient with L2 weight decay. */
  static Expr decayed(Expr g, double weightDecay) {
    return weightDecay == 0 ? g : P.fma(Expr.constant(weightDecay), g);
  }

  /**
   * The moving average {@code decay * past + (1 - decay) * x}, written past + (1 - decay) (x -
   * past): with weights that add up to exactly 1, rounding them does not shift where it settles.
   */
  static Expr average(Expr past, double decay, Expr x) {
    return average(past, Expr.constant(1 - decay), x);
  }

  /** The same, where {@code fresh} is the weight of {@code x}. */
  static Expr average(Expr past, Expr fresh, Expr x) {
    return x.sub(past).fma(fresh, past);
  }

  /** a - b * c, rounded once. */
  static Expr minus(Expr a, Expr b, Expr c) {
    return b.neg().fma(c, a);
  }

  /** 1 - decay^t: the share of a moving average that is not its initial zero. */
  static double correction(double decay, long t) {
    return 1 - StrictMath.pow(decay, t);
  }

  /** Elements of the array that {@link #fill} writes. */
  int params() {
    return FIRST_SCALAR + scalars.size();
  }

  /** Writes the parameters of the loop of step {@code t}. */
  void fill(double[] params, long t, double lr, double clipScale, double momentum) {
    params[0] = lr;
    params[1] = clipScale;
    params[2] = momentum;
    params[3] = 1 - momentum;
    for (int i = 0; i < scalars.size(); i++) {
      params[FIRST_SCALAR + i] = scalars.get(i).at(t, lr, momentum);
    }
  }
}
