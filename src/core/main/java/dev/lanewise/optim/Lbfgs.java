package dev.lanewise.optim;

/**
 * L-BFGS (Nocedal, Wright, Numerical Optimization, 2nd edition, algorithm 7.4) as in PyTorch, with
 * a line search for the strong Wolfe conditions: a quasi-Newton method for losses without noise, so
 * for full batches. One step of it is up to {@code maxIter} iterations on the same batch.
 *
 * @param lr first length tried along the direction, at least 0
 * @param maxIter iterations in a step, at least 1
 * @param maxEval evaluations in a step after which no further iteration begins, at least 1
 * @param toleranceGrad a step ends when no gradient is larger, at least 0
 * @param toleranceChange a step ends when the loss or all parameters change less, at least 0
 * @param historySize pairs of changes that the curvature is taken from, at least 1; each takes
 *     twice the memory of the parameters
 */
public record Lbfgs(
    double lr,
    int maxIter,
    int maxEval,
    double toleranceGrad,
    double toleranceChange,
    int historySize)
    implements Optimizer {

  /** Checks the values. */
  public Lbfgs {
    Check.atLeastZero("lr", lr);
    Check.count("max_iter", maxIter, 1);
    Check.count("max_eval", maxEval, 1);
    Check.atLeastZero("tolerance_grad", toleranceGrad);
    Check.atLeastZero("tolerance_change", toleranceChange);
    Check.count("history_size", historySize, 1);
  }

  /** {@return L-BFGS with PyTorch's defaults, but for a history of 10 in place of 100} */
  public static Lbfgs of() {
    return new Lbfgs(1, 20, 25, 1e-7, 1e-9, 10);
  }

  /**
   * {@return a copy with another {@link #maxIter()} and as many evaluations as PyTorch allows for
   * it}
   *
   * @param value iterations in a step, at least 1
   */
  public Lbfgs maxIter(int value) {
    return new Lbfgs(lr, value, value * 5 / 4, toleranceGrad, toleranceChange, historySize);
  }

  /**
   * {@return a copy with another {@link #historySize()}}
   *
   * @param value pairs of changes, at least 1
   */
  public Lbfgs historySize(int value) {
    return new Lbfgs(lr, maxIter, maxEval, toleranceGrad, toleranceChange, value);
  }

  @Override
  public boolean needsClosure() {
    return true;
  }
}
