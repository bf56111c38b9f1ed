package dev.lanewise.cli.recipe;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.lanewise.nn.GradientPenalty;
import dev.lanewise.optim.Regularizer;
import java.util.stream.Stream;

/** A penalty, on the parameters or on the gradient by the samples. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface RegularizerSpec {

  /** The regularizers of parameters that this stands for. */
  default Stream<Regularizer> ofParameters() {
    return Stream.empty();
  }

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
    public Stream<Regularizer> ofParameters() {
      return Stream.of(Regularizer.l1(factor));
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
    public Stream<Regularizer> ofParameters() {
      return Stream.of(Regularizer.l2(factor));
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
    public Stream<Regularizer> ofParameters() {
      return Stream.of(Regularizer.elasticNet(l1, l2));
    }
  }

  /**
   * factor * mean ||d loss / d x||^2 over the samples x; see {@link GradientPenalty}.
   *
   * @param factor at least 0
   */
  record OfGradient(double factor) implements RegularizerSpec {
    /** Checks the value. */
    public OfGradient {
      new GradientPenalty(factor);
    }

    /** The penalty. */
    public GradientPenalty build() {
      return new GradientPenalty(factor);
    }
  }
}
