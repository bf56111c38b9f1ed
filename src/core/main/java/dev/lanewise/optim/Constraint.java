package dev.lanewise.optim;

/**
 * What parameters must keep to: applied to them after each step. A row is all that feeds one
 * output: one index of the first axis of a weight; a vector is one row. Impossible settings throw
 * {@link IllegalArgumentException}.
 */
public sealed interface Constraint {

  /** {@return which parameters, see {@link dev.lanewise.tensor.NamePattern}} */
  String match();

  /**
   * The proximal step of {@code factor * sum |p|}: each parameter moves lr factor towards zero and
   * stays there once it reaches it, so that unused ones are exactly zero (soft thresholding, as in
   * ISTA: Daubechies, Defrise, De Mol, 2004).
   *
   * @param match which parameters, see {@link #match()}
   * @param factor of the penalty, at least 0
   */
  record ProximalL1(String match, double factor) implements Constraint {
    /** Checks the value. */
    public ProximalL1 {
      Check.atLeastZero("factor", factor);
    }
  }

  /**
   * The proximal step of {@code factor * sum over rows of sqrt(length) |row|} (group lasso: Yuan,
   * Lin, 2006): whole rows become exactly zero.
   *
   * @param match which parameters, see {@link #match()}
   * @param factor of the penalty, at least 0
   */
  record GroupLasso(String match, double factor) implements Constraint {
    /** Checks the value. */
    public GroupLasso {
      Check.atLeastZero("factor", factor);
    }
  }

  /**
   * Rows are at most {@code max} long, as Keras's {@code MaxNorm} (Srivastava and others, JMLR 15,
   * 2014); longer ones are scaled.
   *
   * @param match which parameters, see {@link #match()}
   * @param max largest Euclidean norm of a row, above 0
   */
  record MaxNorm(String match, double max) implements Constraint {
    /** Checks the value. */
    public MaxNorm {
      Check.positive("max", max);
    }
  }

  /**
   * Rows have Euclidean norm 1, as Keras's {@code UnitNorm}; zeros stay zeros.
   *
   * @param match which parameters, see {@link #match()}
   */
  record UnitNorm(String match) implements Constraint {}

  /**
   * No parameter is below 0, as Keras's {@code NonNeg}.
   *
   * @param match which parameters, see {@link #match()}
   */
  record NonNegative(String match) implements Constraint {}
}
