package dev.lanewise.optim;

import dev.lanewise.engine.Engine;
import dev.lanewise.tensor.Parameters;

/**
 * An average of the parameters over the steps of a run, which often generalizes better than where
 * the run ends. The run itself goes on from the parameters, not from their average. Impossible
 * settings throw {@link IllegalArgumentException}.
 */
public sealed interface WeightAverage {

  /**
   * {@return the exponential moving average, over every step}
   *
   * @param decay share that the average keeps of itself, in [0, 1)
   */
  static WeightAverage ema(double decay) {
    return new Ema(decay);
  }

  /**
   * {@return the plain average over some steps}
   *
   * @param from number of the first step that counts, at least 1
   * @param every steps between two that count, at least 1
   */
  static WeightAverage swa(long from, long every) {
    return new Swa(from, every);
  }

  /** {@return number of the first step after which there is an average, at least 1} */
  long from();

  /**
   * {@return the share of the way that the average goes to the parameters, in [0, 1]}
   *
   * @param steps steps done, at least 1
   */
  double weight(long steps);

  /**
   * Allocates an empty average.
   *
   * @param engine what computes
   * @param parameters what is averaged, F32 or F64; it must outlive the average
   * @return the average, to be closed
   * @throws dev.lanewise.tensor.OffHeapBudgetException if the budget does not allow another set of
   *     parameters
   */
  default AverageState start(Engine engine, Parameters parameters) {
    return new AverageState(this, engine, parameters);
  }

  /**
   * Exponential moving average: {@code average + (1 - decay) (p - average)} after each step; the
   * first step's parameters are the first average, as in PyTorch's {@code AveragedModel}.
   *
   * @param decay share that the average keeps of itself, in [0, 1)
   */
  record Ema(double decay) implements WeightAverage {
    /** Checks the value. */
    public Ema {
      Check.decay("decay", decay);
    }

    @Override
    public long from() {
      return 1;
    }

    @Override
    public double weight(long steps) {
      return steps == 1 ? 1 : 1 - decay;
    }
  }

  /**
   * Stochastic weight averaging (Izmailov and others, arXiv:1803.05407): the mean of the parameters
   * after the steps {@code from}, {@code from + every}, {@code from + 2 every}, ...
   *
   * @param from number of the first step that counts, at least 1
   * @param every steps between two that count, at least 1
   */
  record Swa(long from, long every) implements WeightAverage {
    /** Checks the values. */
    public Swa {
      Check.count("from", from, 1);
      Check.count("every", every, 1);
    }

    @Override
    public double weight(long steps) {
      boolean counts = steps >= from && (steps - from) % every == 0;
      return counts ? 1.0 / ((steps - from) / every + 1) : 0;
    }
  }
}
