package dev.lanewise.cli.recipe;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.lanewise.optim.Regularizer;

/** A penalty on the parameters. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface RegularizerSpec {

  /** The regularizer. */
  Regularizer build();

  /**
   * factor * sum |p|.
   *
   * @param factor at least 0
   */
  record L1(double factor) implements RegularizerSpec {
    /** Checks the value. */
    public L1 {
      Regularizer.l1(factor);
    }

    @Override
    public Regularizer build() {
      return Regularizer.l1(factor);
    }
  }

  /**
   * factor * sum p^2.
   *
   * @param factor at least 0
   */
  record L2(double factor) implements RegularizerSpec {
    /** Checks the value. */
    public L2 {
      Regularizer.l2(factor);
    }

    @Override
    public Regularizer build() {
      return Regularizer.l2(factor);
    }
  }

  /**
   * l1 * sum |p| + l2 * sum p^2.
   *
   * @param l1 at least 0
   * @param l2 at least 0
   */
  record ElasticNet(double l1, double l2) implements RegularizerSpec {
    /** Checks the values. */
    public ElasticNet {
      Regularizer.elasticNet(l1, l2);
    }

    @Override
    public Regularizer build() {
      return Regularizer.elasticNet(l1, l2);
    }
  }
}
