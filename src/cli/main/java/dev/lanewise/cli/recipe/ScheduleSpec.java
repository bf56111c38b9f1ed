package dev.lanewise.cli.recipe;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.lanewise.optim.Schedule;

/**
 * How the learning rate changes. Where a schedule has an end, it is that of the run; where it has
 * periods, they are epochs. Before it, the rate rises in a straight line for {@link #warmupSteps}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface ScheduleSpec {

  /** Steps of the rise, at least 0. */
  long warmupSteps();

  /** The schedule after the rise, for {@code steps} steps. */
  Schedule main(long steps, long stepsPerEpoch);

  /** The whole schedule of a run. */
  default Schedule build(long epochs, long stepsPerEpoch) {
    long steps = epochs * stepsPerEpoch;
    long warmup = warmupSteps();
    if (warmup < 0 || warmup >= steps) {
      throw new IllegalArgumentException(
          "schedule: warmup_steps: found %d, expected 0 to %d, as the run has %d steps"
              .formatted(warmup, steps - 1, steps));
    }
    Schedule main = main(steps - warmup, stepsPerEpoch);
    // from 1 / (warmup + 1): a first step at rate 0 would be lost
    return warmup == 0 ? main : Schedule.warmup(warmup, 1.0 / (warmup + 1)).then(main);
  }

  /** Always the same. */
  record Constant(long warmupSteps) implements ScheduleSpec {
    @Override
    public Schedule main(long steps, long stepsPerEpoch) {
      return Schedule.constant();
    }
  }

  /**
   * Times {@code gamma} every {@code stepSize} epochs.
   *
   * @param stepSize epochs, at least 1
   * @param gamma at least 0
   */
  record Step(long stepSize, double gamma, long warmupSteps) implements ScheduleSpec {
    /** Checks the values. */
    public Step {
      Schedule.step(stepSize, gamma);
    }

    @Override
    public Schedule main(long steps, long stepsPerEpoch) {
      return Schedule.step(stepSize * stepsPerEpoch, gamma);
    }
  }

  /**
   * Times {@code gamma} every epoch, smoothly.
   *
   * @param gamma at least 0
   */
  record Exponential(double gamma, long warmupSteps) implements ScheduleSpec {
    /** Checks the value. */
    public Exponential {
      Schedule.exponential(gamma);
    }

    @Override
    public Schedule main(long steps, long stepsPerEpoch) {
      return Schedule.exponential(gamma).every(stepsPerEpoch);
    }
  }

  /**
   * In a straight line to {@code endFactor} times the rate.
   *
   * @param endFactor at least 0
   */
  record Linear(double endFactor, long warmupSteps) implements ScheduleSpec {
    /** Checks the value. */
    public Linear {
      Schedule.linear(1, endFactor, 1);
    }

    @Override
    public Schedule main(long steps, long stepsPerEpoch) {
      return Schedule.linear(1, endFactor, steps);
    }
  }

  /**
   * Half a cosine.
   *
   * @param etaMin the rate at the end, at least 0
   */
  record Cosine(double etaMin, long warmupSteps) implements ScheduleSpec {
    /** Checks the value. */
    public Cosine {
      Schedule.cosine(1, etaMin);
    }

    @Override
    public Schedule main(long steps, long stepsPerEpoch) {
      return Schedule.cosine(steps, etaMin);
    }
  }
}
