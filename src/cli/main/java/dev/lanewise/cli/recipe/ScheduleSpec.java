package dev.lanewise.cli.recipe;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.lanewise.optim.Schedule;
import java.util.List;

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
   * Times {@code gamma} at each milestone.
   *
   * @param milestones in epochs
   * @param gamma at least 0
   */
  record MultiStep(List<Long> milestones, double gamma, long warmupSteps) implements ScheduleSpec {
    /** Checks the values. */
    public MultiStep {
      milestones = List.copyOf(milestones);
      Schedule.multiStep(gamma);
    }

    @Override
    public Schedule main(long steps, long stepsPerEpoch) {
      return Schedule.multiStep(gamma, milestones.toArray(Long[]::new)).every(stepsPerEpoch);
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
   * In a straight line from {@code startFactor} to {@code endFactor} times the rate.
   *
   * @param startFactor at least 0
   * @param endFactor at least 0
   */
  record Linear(double startFactor, double endFactor, long warmupSteps) implements ScheduleSpec {
    /** Checks the values. */
    public Linear {
      Schedule.linear(startFactor, endFactor, 1);
    }

    @Override
    public Schedule main(long steps, long stepsPerEpoch) {
      return Schedule.linear(startFactor, endFactor, steps);
    }
  }

  /**
   * To zero, as a power of the time that is left.
   *
   * @param power at least 0; 1 for a straight line
   */
  record Polynomial(double power, long warmupSteps) implements ScheduleSpec {
    /** Checks the value. */
    public Polynomial {
      Schedule.polynomial(1, power);
    }

    @Override
    public Schedule main(long steps, long stepsPerEpoch) {
      return Schedule.polynomial(steps, power);
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

  /**
   * Half cosines, one after the other.
   *
   * @param t0 epochs of the first, at least 1
   * @param tMult how many times longer each is than the one before, at least 1
   * @param etaMin the rate at the end of each, at least 0
   */
  record CosineRestarts(@JsonProperty("t_0") long t0, long tMult, double etaMin, long warmupSteps)
      implements ScheduleSpec {
    /** Checks the values. */
    public CosineRestarts {
      Schedule.cosineRestarts(t0, tMult, etaMin);
    }

    @Override
    public Schedule main(long steps, long stepsPerEpoch) {
      return Schedule.cosineRestarts(t0 * stepsPerEpoch, tMult, etaMin);
    }
  }

  /**
   * Up and down once, with momentum going the other way; see {@link Schedule.OneCycle}.
   *
   * @param maxLr the highest rate; the optimizer's own is not used
   * @param pctStart share of the run that goes up
   * @param divFactor how many times lower the first rate is than the highest
   * @param finalDivFactor how many times lower the last rate is than the first
   * @param cycleMomentum whether momentum changes too
   * @param baseMomentum the lowest momentum
   * @param maxMomentum the highest momentum
   * @param anneal the way up and down, cos or linear
   */
  record OneCycle(
      double maxLr,
      double pctStart,
      double divFactor,
      double finalDivFactor,
      boolean cycleMomentum,
      double baseMomentum,
      double maxMomentum,
      Schedule.OneCycle.Anneal anneal,
      long warmupSteps)
      implements ScheduleSpec {
    /** Checks the values. */
    public OneCycle {
      new Schedule.OneCycle(
          maxLr,
          2,
          pctStart,
          divFactor,
          finalDivFactor,
          cycleMomentum,
          baseMomentum,
          maxMomentum,
          anneal);
    }

    @Override
    public Schedule main(long steps, long stepsPerEpoch) {
      return new Schedule.OneCycle(
          maxLr,
          steps,
          pctStart,
          divFactor,
          finalDivFactor,
          cycleMomentum,
          baseMomentum,
          maxMomentum,
          anneal);
    }
  }
}
