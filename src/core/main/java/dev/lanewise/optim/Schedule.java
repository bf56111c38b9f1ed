package dev.lanewise.optim;

import java.util.List;

/**
 * A learning rate over time: a pure function, so that a resumed run needs no state for it. Formulas
 * are those of PyTorch's {@code torch.optim.lr_scheduler}, in closed form.
 *
 * <p>Time 0 is the first step. A schedule counts in optimizer steps unless {@link #every} gives it
 * another unit: {@code cosine(10).every(stepsPerEpoch)} ends after ten epochs. Impossible settings
 * throw {@link IllegalArgumentException}.
 */
public sealed interface Schedule {

  /**
   * {@return the learning rate}
   *
   * @param lr the optimizer's learning rate
   * @param time steps done, at least 0; fractions are allowed
   */
  double rate(double lr, double time);

  /**
   * {@return the momentum, or the first beta, that goes with the rate}
   *
   * @param momentum the optimizer's own
   * @param time steps done, at least 0; fractions are allowed
   */
  default double momentum(double momentum, double time) {
    return momentum;
  }

  /**
   * {@return this schedule with another unit of time, such as an epoch}
   *
   * @param steps optimizer steps in a unit, at least 1
   */
  default Schedule every(long steps) {
    return new Every(this, steps);
  }

  /**
   * {@return this schedule up to a time, then another}
   *
   * @param until where the other takes over, at least 0
   * @param next the other, whose time starts there at 0
   */
  default Schedule then(long until, Schedule next) {
    return new Sequence(this, until, next);
  }

  // ---- factories ----

  /** {@return the optimizer's learning rate, always} */
  static Schedule constant() {
    return new Constant();
  }

  /**
   * {@return the learning rate times {@code gamma} once every {@code stepSize}, as {@code StepLR}}
   *
   * @param stepSize time between two changes, at least 1
   * @param gamma factor of each change, at least 0
   */
  static Step step(long stepSize, double gamma) {
    return new Step(stepSize, gamma);
  }

  /**
   * {@return the learning rate times {@code gamma} at each milestone, as {@code MultiStepLR}}
   *
   * @param gamma factor of each change, at least 0
   * @param milestones times of the changes, in any order; one that occurs twice counts twice
   */
  static MultiStep multiStep(double gamma, Long... milestones) {
    return new MultiStep(List.of(milestones), gamma);
  }

  /**
   * {@return the learning rate times {@code gamma} each time, as {@code ExponentialLR}}
   *
   * @param gamma factor per unit of time, at least 0
   */
  static Exponential exponential(double gamma) {
    return new Exponential(gamma);
  }

  /**
   * {@return a straight line between two factors of the learning rate, as {@code LinearLR}}
   *
   * @param startFactor at time 0, at least 0
   * @param endFactor at time {@code total} and after, at least 0
   * @param total length of the line, at least 0
   */
  static Linear linear(double startFactor, double endFactor, long total) {
    return new Linear(startFactor, endFactor, total);
  }

  /**
   * {@return a straight line up to the learning rate (Goyal and others, arXiv:1706.02677), to be
   * followed by {@link Linear#then}}
   *
   * @param total length of the line, at least 0
   * @param startFactor at time 0, at least 0
   */
  static Linear warmup(long total, double startFactor) {
    return new Linear(startFactor, 1, total);
  }

  /**
   * {@return the learning rate times (1 - time / total)^power, as {@code PolynomialLR}}
   *
   * @param total where it reaches zero, at least 1
   * @param power 1 for a straight line, at least 0
   */
  static Polynomial polynomial(long total, double power) {
    return new Polynomial(total, power);
  }

  /**
   * {@return half a cosine, from the learning rate to zero, as {@code CosineAnnealingLR}}
   *
   * @param tMax where it reaches zero, at least 1
   */
  static Cosine cosine(long tMax) {
    return new Cosine(tMax, 0);
  }

  /**
   * {@return half a cosine, from the learning rate to {@code etaMin}, as {@code CosineAnnealingLR}}
   *
   * @param tMax where it is lowest, at least 1
   * @param etaMin the lowest rate, at least 0
   */
  static Cosine cosine(long tMax, double etaMin) {
    return new Cosine(tMax, etaMin);
  }

  /**
   * {@return half cosines, one after the other, as {@code CosineAnnealingWarmRestarts}}
   *
   * @param t0 length of the first, at least 1
   * @param tMult how many times as long as the last each is, at least 1
   * @param etaMin the lowest rate, at least 0
   */
  static CosineRestarts cosineRestarts(long t0, long tMult, double etaMin) {
    return new CosineRestarts(t0, tMult, etaMin);
  }

  /**
   * {@return a rate that goes up to {@code maxLr} and down again, with the defaults of {@code
   * OneCycleLR}: 0.3 of the time up, from maxLr / 25, down to maxLr / 250000; momentum goes from
   * 0.95 down to 0.85 and back}
   *
   * @param maxLr the highest rate, at least 0
   * @param total steps in the cycle, at least 2
   */
  static OneCycle oneCycle(double maxLr, long total) {
    return new OneCycle(maxLr, total, 0.3, 25, 1e4, true, 0.85, 0.95);
  }

  /**
   * {@return rates in equal ratios}
   *
   * @param from the first rate, above 0
   * @param to the last rate, above 0
   * @param total steps from the first rate to the last, at least 2
   */
  static Geometric geometric(double from, double to, long total) {
    return new Geometric(from, to, total);
  }

  // ---- the schedules ----

  /** Always the optimizer's learning rate. */
  record Constant() implements Schedule {
    @Override
    public double rate(double lr, double time) {
      return lr;
    }
  }

  /**
   * lr gamma^floor(time / stepSize).
   *
   * @param stepSize time between two changes, at least 1
   * @param gamma factor of each change, at least 0
   */
  record Step(long stepSize, double gamma) implements Schedule {
    /** Checks the values. */
    public Step {
      Check.count("step_size", stepSize, 1);
      Check.atLeastZero("gamma", gamma);
    }

    @Override
    public double rate(double lr, double time) {
      return lr * StrictMath.pow(gamma, Math.floor(time / stepSize));
    }
  }

  /**
   * lr gamma^(milestones reached).
   *
   * @param milestones times of the changes, ascending; one that occurs twice counts twice
   * @param gamma factor of each change, at least 0
   */
  record MultiStep(List<Long> milestones, double gamma) implements Schedule {
    /** Checks the values and keeps a sorted copy. */
    public MultiStep {
      milestones = milestones.stream().sorted().toList();
      Check.atLeastZero("gamma", gamma);
    }

    @Override
    public double rate(double lr, double time) {
      int reached = 0;
      while (reached < milestones.size() && milestones.get(reached) <= time) {
        reached++;
      }
      return lr * StrictMath.pow(gamma, reached);
    }
  }

  /**
   * lr gamma^time.
   *
   * @param gamma factor per unit of time, at least 0
   */
  record Exponential(double gamma) implements Schedule {
    /** Checks the value. */
    public Exponential {
      Check.atLeastZero("gamma", gamma);
    }

    @Override
    public double rate(double lr, double time) {
      return lr * StrictMath.pow(gamma, time);
    }
  }

  /**
   * lr times a factor that goes from startFactor to endFactor in a straight line and stays there.
   *
   * @param startFactor at time 0, at least 0
   * @param endFactor from {@code total} on, at least 0
   * @param total length of the line, at least 0
   */
  record Linear(double startFactor, double endFactor, long total) implements Schedule {
    /** Checks the values. */
    public Linear {
      Check.atLeastZero("start_factor", startFactor);
      Check.atLeastZero("end_factor", endFactor);
      Check.count("total", total, 0);
    }

    /**
     * {@return the line, then another schedule}
     *
     * @param next what follows; its time starts at the end of the line
     */
    public Schedule then(Schedule next) {
      return then(total, next);
    }

    @Override
    public double rate(double lr, double time) {
      double part = time < total ? time / total : 1;
      return lr * (startFactor + (endFactor - startFactor) * part);
    }
  }

  /**
   * lr (1 - time / total)^power, then 0.
   *
   * @param total where it reaches zero, at least 1
   * @param power 1 for a straight line, at least 0
   */
  record Polynomial(long total, double power) implements Schedule {
    /** Checks the values. */
    public Polynomial {
      Check.count("total", total, 1);
      Check.atLeastZero("power", power);
    }

    @Override
    public double rate(double lr, double time) {
      return lr * StrictMath.pow(1 - Math.min(time, total) / total, power);
    }
  }

  /**
   * etaMin + (lr - etaMin) (1 + cos(pi time / tMax)) / 2 (Loshchilov, Hutter, arXiv:1608.03983,
   * without restarts). As in PyTorch it rises again after tMax.
   *
   * @param tMax where it is lowest, at least 1
   * @param etaMin the lowest rate, at least 0
   */
  record Cosine(long tMax, double etaMin) implements Schedule {
    /** Checks the values. */
    public Cosine {
      Check.count("t_max", tMax, 1);
      Check.atLeastZero("eta_min", etaMin);
    }

    @Override
    public double rate(double lr, double time) {
      return anneal(lr, etaMin, time / tMax);
    }
  }

  /**
   * {@link Cosine} over and over (SGDR: Loshchilov, Hutter, arXiv:1608.03983).
   *
   * @param t0 length of the first period, at least 1
   * @param tMult how many times longer each period is than the one before, at least 1
   * @param etaMin the lowest rate, at least 0
   */
  record CosineRestarts(long t0, long tMult, double etaMin) implements Schedule {
    /** Checks the values. */
    public CosineRestarts {
      Check.count("t_0", t0, 1);
      Check.count("t_mult", tMult, 1);
      Check.atLeastZero("eta_min", etaMin);
    }

    @Override
    public double rate(double lr, double time) {
      double since = time;
      double period = t0;
      if (tMult == 1) {
        since %= period;
      }
      while (since >= period) {
        since -= period;
        period *= tMult;
      }
      return anneal(lr, etaMin, since / period);
    }
  }

  /**
   * The one-cycle policy (Smith, Topin, arXiv:1708.07120): from maxLr / divFactor up to maxLr, then
   * down to maxLr / divFactor / finalDivFactor, where it stays. The optimizer's own learning rate
   * is not used. Momentum goes the other way: down to baseMomentum while the rate rises, then back.
   * It is the momentum of Muon, and of SGD and RMSprop if they have one, and the first beta of
   * Adam, AdamW, Adamax, RAdam, Lion and LAMB.
   *
   * @param maxLr the highest rate, at least 0
   * @param total steps in the cycle, at least 2
   * @param pctStart share of the cycle that goes up, in [0, 1]
   * @param divFactor maxLr over the first rate, above 0
   * @param finalDivFactor the first rate over the last, above 0
   * @param cycleMomentum whether momentum changes too
   * @param baseMomentum the lowest momentum, in [0, 1)
   * @param maxMomentum the highest momentum, in [0, 1)
   * @param anneal the way up and down
   */
  record OneCycle(
      double maxLr,
      long total,
      double pctStart,
      double divFactor,
      double finalDivFactor,
      boolean cycleMomentum,
      double baseMomentum,
      double maxMomentum,
      Anneal anneal)
      implements Schedule {

    /** Ways from one value to another, as PyTorch's {@code anneal_strategy}. */
    public enum Anneal {
      /** Half a cosine. */
      COS,
      /** A straight line. */
      LINEAR
    }

    /**
     * The policy with cosines.
     *
     * @param maxLr the highest rate, at least 0
     * @param total steps in the cycle, at least 2
     * @param pctStart share of the cycle that goes up, in [0, 1]
     * @param divFactor maxLr over the first rate, above 0
     * @param finalDivFactor the first rate over the last, above 0
     * @param cycleMomentum whether momentum changes too
     * @param baseMomentum the lowest momentum, in [0, 1)
     * @param maxMomentum the highest momentum, in [0, 1)
     */
    public OneCycle(
        double maxLr,
        long total,
        double pctStart,
        double divFactor,
        double finalDivFactor,
        boolean cycleMomentum,
        double baseMomentum,
        double maxMomentum) {
      this(
          maxLr,
          total,
          pctStart,
          divFactor,
          finalDivFactor,
          cycleMomentum,
          baseMomentum,
          maxMomentum,
          Anneal.COS);
    }

    /** Checks the values. */
    public OneCycle {
      Check.atLeastZero("max_lr", maxLr);
      Check.count("total", total, 2);
      Check.require(pctStart >= 0 && pctStart <= 1, "pct_start", pctStart, "a number from 0 to 1");
      Check.positive("div_factor", divFactor);
      Check.positive("final_div_factor", finalDivFactor);
      Check.decay("base_momentum", baseMomentum);
      Check.decay("max_momentum", maxMomentum);
    }

    @Override
    public double rate(double lr, double time) {
      double initial = maxLr / divFactor;
      return cycle(time, initial, maxLr, initial / finalDivFactor);
    }

    @Override
    public double momentum(double momentum, double time) {
      return cycleMomentum ? cycle(time, maxMomentum, baseMomentum, maxMomentum) : momentum;
    }

    private double cycle(double time, double start, double middle, double last) {
      double top = pctStart * total - 1;
      double end = total - 1;
      return time < top || end <= top
          ? between(start, middle, Math.min(1, time / top))
          : between(middle, last, Math.min(1, (time - top) / (end - top)));
    }

    private double between(double from, double to, double share) {
      return anneal == Anneal.COS ? Schedule.anneal(from, to, share) : from + (to - from) * share;
    }
  }

  /**
   * from (to / from)^(time / (total - 1)): a range to try out, each step one rate (Smith,
   * arXiv:1506.01186). The optimizer's own learning rate is not used.
   *
   * @param from the first rate, above 0
   * @param to the last rate, above 0
   * @param total steps from the first rate to the last, at least 2
   */
  record Geometric(double from, double to, long total) implements Schedule {
    /** Checks the values. */
    public Geometric {
      Check.positive("from", from);
      Check.positive("to", to);
      Check.count("total", total, 2);
    }

    @Override
    public double rate(double lr, double time) {
      return from * StrictMath.pow(to / from, time / (total - 1));
    }
  }

  /**
   * One schedule after another.
   *
   * @param first before {@code until}
   * @param until where the second takes over, at least 0
   * @param second from then on; its time is 0 at {@code until}
   */
  record Sequence(Schedule first, long until, Schedule second) implements Schedule {
    /** Checks the value. */
    public Sequence {
      Check.count("until", until, 0);
    }

    @Override
    public double rate(double lr, double time) {
      return time < until ? first.rate(lr, time) : second.rate(lr, time - until);
    }

    @Override
    public double momentum(double momentum, double time) {
      return time < until
          ? first.momentum(momentum, time)
          : second.momentum(momentum, time - until);
    }
  }

  /**
   * A schedule in units of several steps; between two of them it goes on smoothly where it is
   * smooth.
   *
   * @param schedule in units of {@code steps}
   * @param steps at least 1
   */
  record Every(Schedule schedule, long steps) implements Schedule {
    /** Checks the value. */
    public Every {
      Check.count("steps", steps, 1);
    }

    @Override
    public double rate(double lr, double time) {
      return schedule.rate(lr, time / steps);
    }

    @Override
    public double momentum(double momentum, double time) {
      return schedule.momentum(momentum, time / steps);
    }
  }

  /** From {@code start} to {@code end} along half a cosine; {@code part} goes from 0 to 1. */
  private static double anneal(double start, double end, double part) {
    return end + (start - end) * (1 + StrictMath.cos(Math.PI * part)) / 2;
  }
}
