package dev.lanewise.cli.recipe;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.lanewise.optim.WeightAverage;

/** Which average of the parameters is evaluated and saved in their place. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface AverageSpec {

  /** The average, for a run with this many steps in an epoch. */
  WeightAverage build(long stepsPerEpoch);

  /**
   * The exponential moving average over all steps.
   *
   * @param decay share that it keeps of itself, in [0, 1)
   */
  record Ema(double decay) implements AverageSpec {
    /** Checks the value. */
    public Ema {
      WeightAverage.ema(decay);
    }

    @Override
    public WeightAverage build(long stepsPerEpoch) {
      return WeightAverage.ema(decay);
    }
  }

  /**
   * The mean over the ends of epochs.
   *
   * @param fromEpoch the first that counts, from 1
   * @param everyEpochs epochs between two that count, at least 1
   */
  record Swa(long fromEpoch, long everyEpochs) implements AverageSpec {
    /** Checks the values. */
    public Swa {
      WeightAverage.swa(fromEpoch, everyEpochs);
    }

    @Override
    public WeightAverage build(long stepsPerEpoch) {
      return WeightAverage.swa(fromEpoch * stepsPerEpoch, everyEpochs * stepsPerEpoch);
    }
  }
}
