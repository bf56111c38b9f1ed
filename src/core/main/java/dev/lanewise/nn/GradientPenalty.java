package dev.lanewise.nn;

import dev.lanewise.autodiff.Var;
import dev.lanewise.tensor.DTypeException;

/**
 * A penalty on how fast the loss changes with the samples, which makes a model less sensitive to
 * small changes of them (Drucker and LeCun 1992, Improving Generalization Performance Using Double
 * Backpropagation; Ross and Doshi-Velez 2018):
 *
 * <pre>factor * mean_i ||d loss_i / d x_i||^2</pre>
 *
 * <p>Its gradient needs second derivatives, so a step costs about three times as much.
 *
 * @param factor at least 0
 */
public record GradientPenalty(double factor) {

  /**
   * Checks the factor.
   *
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public GradientPenalty {
    if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "gradient_penalty: factor must not be negative, found " + factor);
    }
  }

  /**
   * The penalty, to be added to the loss.
   *
   * @param loss one element, the mean of the losses of the samples
   * @param x the samples [n, ...], a {@linkplain dev.lanewise.autodiff.Tape#variable variable} that
   *     the loss was computed from
   * @return one element
   * @throws DTypeException if the samples are no numbers, such as tokens
   */
  public Var of(Var loss, Var x) {
    if (!x.dtype().isFloating()) {
      throw new DTypeException(
          "gradient_penalty: needs samples of floating-point numbers, found " + x.dtype());
    }
    // d loss / d x_i is a share 1/n of d loss_i / d x_i
    Var gradient = x.tape().gradients(loss, x).getFirst();
    return gradient.square().sum().mul(factor * x.shape().dim(0));
  }
}
