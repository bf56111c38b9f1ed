package dev.lanewise.cli;

import dev.lanewise.train.EpochReport;
import dev.lanewise.train.StepReport;
import dev.lanewise.train.TrainingListener;
import java.util.Locale;

/**
 * Shows on a terminal how many steps of a short run are done.
 *
 * @param terminal where to
 * @param steps how many there are at most
 */
record StepCounter(Terminal terminal, int steps) implements TrainingListener {
  @Override
  public void onStep(StepReport report) {
    if (terminal.isInteractive()) {
      terminal
          .out()
          .printf(
              Locale.ROOT,
              "\r  step %d of %d, rate %.2e, loss %.4f ",
              report.step() + 1,
              steps,
              report.learningRate(),
              report.loss());
    }
  }

  @Override
  public void onEpoch(EpochReport report) {
    if (terminal.isInteractive() && report.step() == steps) {
      terminal.out().println();
    }
  }
}
