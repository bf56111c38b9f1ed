package dev.lanewise.cli;

import dev.lanewise.cli.recipe.Recipe;
import dev.lanewise.cli.report.RunReport;
import dev.lanewise.cli.run.CrossValidation;
import dev.lanewise.cli.run.Experiment;
import dev.lanewise.cli.run.Interrupt;
import dev.lanewise.cli.run.Json;
import dev.lanewise.cli.run.Manifest;
import dev.lanewise.cli.run.MetricsFile;
import dev.lanewise.cli.run.Progress;
import dev.lanewise.cli.run.RunFolder;
import dev.lanewise.cli.run.Summary;
import dev.lanewise.cli.run.TestMeasures;
import dev.lanewise.cli.run.TimingsFile;
import dev.lanewise.cli.run.Weights;
import dev.lanewise.engine.Engine;
import dev.lanewise.io.Checkpoint;
import dev.lanewise.tensor.OffHeap;
import dev.lanewise.tensor.Scope;
import dev.lanewise.train.Evaluation;
import dev.lanewise.train.TrainingListener;
import dev.lanewise.train.TrainingResult;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Trains in a run folder that is taken already, from the start or from a checkpoint, and writes how
 * it ended.
 *
 * @param engine what computes
 * @param experiment what is trained
 * @param folder where the results go
 * @param terminal where to report
 * @param quiet whether to report the result only
 */
record TrainingSession(
    Engine engine, Experiment experiment, RunFolder folder, Terminal terminal, boolean quiet) {

  /**
   * Trains.
   *
   * @param from null to start from the beginning
   * @return the exit code
   */
  @SuppressWarnings("try") // the progress ends before the result is printed
  int run(@Nullable Checkpoint from) {
    Recipe recipe = experiment.recipe();
    Manifest manifest = Manifest.of(recipe, engine, experiment);
    folder.write(manifest);
    PrintStream stdout = terminal.out();
    if (!quiet) {
      announce(stdout, recipe, manifest, from);
    }
    try (Interrupt interrupt = Interrupt.listen();
        MetricsFile metrics =
            new MetricsFile(
                folder.metrics(), folder.events(), () -> Weights.sha256(experiment.parameters()));
        TimingsFile timings = new TimingsFile(folder.timings());
        Progress progress =
            new Progress(
                stdout,
                terminal.isInteractive(),
                recipe.epochs(),
                experiment.trainingSamples(),
                recipe.data().validation() > 0)) {
      if (from == null) {
        String fingerprint = Experiment.fingerprint(recipe, manifest.data());
        metrics.begin(recipe.name(), recipe.seed(), recipe.mode(), fingerprint);
      }
      List<TrainingListener> listeners = new ArrayList<>(List.of(metrics, timings, interrupt));
      if (!quiet) {
        listeners.add(progress);
      }
      experiment.keepFailedStep(folder.failedStepsFolder());
      long start = System.nanoTime();
      TrainingResult result =
          experiment.train(engine, listeners, folder.checkpoints(recipe.checkpoint().keep()), from);
      double seconds = (System.nanoTime() - start) * 1e-9;
      Evaluation test = experiment.test(engine, quiet ? interrupt : progress);
      progress.close();
      experiment.save(folder.model());
      CrossValidation folds =
          result.interrupted()
              ? null
              : experiment.crossValidate(
                  engine, (fold, measured) -> printFold(stdout, fold, measured), interrupt);
      Summary summary =
          new Summary(
              recipe.name(),
              TestMeasures.of(test, experiment.targetUnit()),
              test.loss(),
              folds,
              result.epochs().isEmpty() ? 0 : result.epochs().getLast().epoch() + 1,
              result.steps(),
              result.interrupted(),
              result.stoppedEarly(),
              recipe.seed(),
              recipe.mode(),
              engine.kernels(),
              engine.options().threads(),
              result.samplesPerSecond(),
              seconds,
              OffHeap.peakBytes(),
              Weights.sha256(experiment.parameters()));
      if (!result.interrupted()) {
        RunReport.write(folder, Json.tree(summary), experiment, engine);
      }
      folder.write(summary); // last: with it the run has ended
      print(stdout, summary, test);
      return result.interrupted() ? Failures.INTERRUPTED : Failures.DONE;
    }
  }

  /**
   * Goes on from the newest checkpoint that is whole, or starts where there is none.
   *
   * @param err where to name damaged checkpoints
   * @return the exit code
   */
  int resume(PrintWriter err) {
    try (Scope scope = Scope.open("checkpoint")) {
      Checkpoint newest =
          folder
              .checkpoints(experiment.recipe().checkpoint().keep())
              .newest(
                  scope,
                  damaged ->
                      err.println(
                          "lanewise: passing over a damaged checkpoint: " + damaged.getMessage()));
      return run(newest);
    }
  }

  private void announce(
      PrintStream out, Recipe recipe, Manifest manifest, @Nullable Checkpoint from) {
    out.println(String.join("; ", engine.report()) + "; threads: " + engine.options().threads());
    out.printf(
        Locale.ROOT,
        "%s: %,d parameters, %,d training samples, %,d test samples%n",
        recipe.name(),
        manifest.parameters(),
        manifest.data().trainSamples(),
        manifest.data().testSamples());
    if (from != null) {
      out.println("going on after step " + from.require("step"));
    }
  }

  private void printFold(PrintStream out, int fold, Evaluation measured) {
    if (!quiet) {
      out.println("fold " + fold + "  " + Progress.measures(measured));
    }
  }

  private void print(PrintStream out, Summary summary, Evaluation test) {
    out.printf(
        Locale.ROOT,
        "%stest %s%n%d epochs, %,d steps in %.1f s, %,.0f samples/s%nresults in %s%n",
        summary.interrupted() ? "interrupted; " : "",
        Progress.measures(test),
        summary.epochs(),
        summary.steps(),
        summary.wallS(),
        summary.samplesPerS(),
        folder.path());
    CrossValidation folds = summary.crossValidation();
    if (folds != null) {
      out.printf(
          Locale.ROOT, "mean of %d folds %.4f +- %.4f%n", folds.folds(), folds.mean(), folds.std());
    }
    if (summary.interrupted()) {
      out.println("go on with: lanewise resume " + folder.path());
    }
  }
}
