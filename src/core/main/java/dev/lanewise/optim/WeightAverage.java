package dev.lanewise.optim;

import dev.lanewise.engine.Engine;
import dev.lanewise.tensor.Parameters;

/**
 * An average of the parameters over the steps of a run, which often generalizes better than where
 * the run ends. The run itself goes on from the parameters, not from their average.
 */
public sealed interface WeightAverage {

  /** The exponential moving average with this decay, over every step. */
  static WeightAverage ema(double decay) {
    return new Ema(decay);
  }

  /** The plain average of the parameters after step {@code from}, and every {@code every} steps. */
  static WeightAverage swa(long from, long every) {
    return new Swa(from, every);
  }

  /** The first step after which there is an average. */
  long from();

  /** Share of the way that the average goes to the parameters after {@code steps} steps. */
  double weight(long steps);

  /** Allocates the average of {@code parameters}; it is empty. */
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
