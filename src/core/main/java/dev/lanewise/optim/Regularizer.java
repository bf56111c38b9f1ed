package dev.lanewise.optim;

import dev.lanewise.engine.Engine;
import dev.lanewise.internal.engine.CpuEngine;
import dev.lanewise.tensor.Parameters;
import java.util.List;

/**
 * A penalty on the size of the parameters, added to the loss as in Keras: {@code l1 * sum |p| + l2
 * * sum p^2} over all parameters. Its gradient is {@code l1 * sign(p) + 2 * l2 * p}, so {@code
 * l2(x)} equals an L2 weight decay of 2 x. For decay that is decoupled from the gradient see {@link
 * AdamW}. Factors below 0 throw {@link IllegalArgumentException}.
 */
public sealed interface Regularizer {

  /** {@return factor of the sum of absolute values, at least 0} */
  double l1();

  /** {@return factor of the sum of squares, at least 0} */
  double l2();

  /**
   * {@return l1 sum |p|, which makes parameters exactly unused (lasso: Tibshirani, 1996)}
   *
   * @param factor l1, at least 0
   */
  static Regularizer l1(double factor) {
    return new L1(factor);
  }

  /**
   * {@return l2 sum p^2, which keeps parameters small (ridge: Hoerl, Kennard, 1970)}
   *
   * @param factor l2, at least 0
   */
  static Regularizer l2(double factor) {
    return new L2(factor);
  }

  /**
   * {@return l1 sum |p| + l2 sum p^2 (Zou, Hastie, 2005)}
   *
   * @param l1 factor of the sum of absolute values, at least 0
   * @param l2 factor of the sum of squares, at least 0
   */
  static Regularizer elasticNet(double l1, double l2) {
    return new ElasticNet(l1, l2);
  }

  /**
   * Computes the penalty of parameters as they are now.
   *
   * @param engine what computes
   * @param parameters F32 or F64
   * @return its value, in the units of the loss
   */
  default double penalty(Engine engine, Parameters parameters) {
    try (var reduce = new FlatReduce((CpuEngine) engine, parameters.values())) {
      return Penalty.of(List.of(this)).value(reduce);
    }
  }

  /**
   * Penalty on absolute values.
   *
   * @param l1 its factor, at least 0
   */
  record L1(double l1) implements Regularizer {
    /** Checks the value. */
    public L1 {
      Check.atLeastZero("l1", l1);
    }

    @Override
    public double l2() {
      return 0;
    }
  }

  /**
   * Penalty on squares.
   *
   * @param l2 its factor, at least 0
   */
  record L2(double l2) implements Regularizer {
    /** Checks the value. */
    public L2 {
      Check.atLeastZero("l2", l2);
    }

    @Override
    public double l1() {
      return 0;
    }
  }

  /**
   * Both penalties.
   *
   * @param l1 factor of the sum of absolute values, at least 0
   * @param l2 factor of the sum of squares, at least 0
   */
  record ElasticNet(double l1, double l2) implements Regularizer {
    /** Checks the values. */
    public ElasticNet {
      Check.atLeastZero("l1", l1);
      Check.atLeastZero("l2", l2);
    }
  }
}
