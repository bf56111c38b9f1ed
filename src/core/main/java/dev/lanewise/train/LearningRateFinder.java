package dev.lanewise.train;

import dev.lanewise.data.Batches;
import dev.lanewise.optim.Schedule;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for a good learning rate: trains with a rate that grows exponentially from step to step
 * until the loss diverges (Smith, arXiv:1506.01186). The range and the end are fastai's defaults.
 *
 * @param from the first rate, above 0
 * @param to the last rate, above {@code from}
 * @param steps how many to take at most, at least 10
 */
public record LearningRateFinder(double from, double to, int steps) {
  /** The loss has diverged when its smoothed value is so many times the least one. */
  private static final double DIVERGED = 4;

  /** A mean over about ten steps: a longer one would lag behind the rate. */
  private static final double SMOOTHING = 0.9;

  private static final int LEAST_STEPS = 10;

  /** Checks the values. */
  public LearningRateFinder {
    if (!(from > 0 && to > from && to < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "learning rates: found %s to %s, expected a range above 0".formatted(from, to));
    }
    if (steps < LEAST_STEPS) {
      throw new IllegalArgumentException(
          "steps: found " + steps + ", expected at least " + LEAST_STEPS);
    }
  }

  /** {@return a search from 1e-7 to 10 in 100 steps} */
  public static LearningRateFinder of() {
    return new LearningRateFinder(1e-7, 10, 100);
  }

  /**
   * What was found.
   *
   * @param points the steps taken, in order
   * @param diverged whether the loss diverged before the last rate
   * @param suggestion the rate at which the smoothed loss falls fastest over the logarithm of the
   *     rate, before it is least; NaN if it never falls
   */
  public record Found(List<Point> points, boolean diverged, double suggestion) {}

  /**
   * One step.
   *
   * @param lr its rate
   * @param loss of its batch, before the step
   * @param smoothed exponential mean of the losses so far, without its bias to zero
   */
  public record Point(double lr, double loss, double smoothed) {}

  /**
   * Trains the model of {@code trainer} from its initial values. The trainer's schedule and the
   * parameters are not what they were afterwards.
   *
   * @param trainer neither with early stopping nor with a reduction on plateaus
   * @param train what to train on, as often as the steps need
   * @return the steps taken and the rate they suggest
   * @throws IllegalArgumentException if the trainer needs a validation set
   */
  public Found find(Trainer trainer, Batches train) {
    Recorder recorder = new Recorder();
    trainer.schedule(Schedule.geometric(from, to, steps)).listener(recorder);
    try {
      trainer.fit(train, null, Math.ceilDiv(steps, train.count()));
    } catch (NonFiniteException e) {
      recorder.diverged = true;
    } finally {
      trainer.listeners.remove(recorder);
    }
    return new Found(List.copyOf(recorder.points), recorder.diverged, steepest(recorder.points));
  }

  private static double steepest(List<Point> points) {
    int least = 0;
    for (int i = 1; i < points.size(); i++) {
      least = points.get(i).smoothed < points.get(least).smoothed ? i : least;
    }
    double steepest = 0;
    double suggestion = Double.NaN;
    for (int i = 1; i < least; i++) {
      Point before = points.get(i - 1);
      Point after = points.get(i + 1);
      double slope = (after.smoothed - before.smoothed) / StrictMath.log(after.lr / before.lr);
      if (slope < steepest) {
        steepest = slope;
        suggestion = points.get(i).lr;
      }
    }
    return suggestion;
  }

  /** Keeps the steps and ends the run when there is no more to learn from it. */
  private final class Recorder implements TrainingListener {
    private final List<Point> points = new ArrayList<>();
    private double mean;
    private double weight = 1;
    private double least = Double.POSITIVE_INFINITY;
    private boolean diverged;

    @Override
    public void onStep(StepReport report) {
      mean = SMOOTHING * mean + (1 - SMOOTHING) * report.loss();
      weight *= SMOOTHING;
      double smoothed = mean / (1 - weight);
      points.add(new Point(report.learningRate(), report.loss(), smoothed));
      least = Math.min(least, smoothed);
      diverged = smoothed > DIVERGED * least;
    }

    @Override
    public boolean wantsToStop() {
      return diverged || points.size() == steps;
    }
  }
}
