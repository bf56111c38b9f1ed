package dev.lanewise.cli;

import dev.lanewise.cli.recipe.Recipe;
import dev.lanewise.cli.report.RunReport;
import dev.lanewise.cli.run.CrossValidation;
import dev.lanewise.cli.run.Experiment;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Trains in a run folder that is taken already, from the start or from a checkpoint, and writes how
 * it ended.
 *
 * @param engine what computes
 * @param experiment what is trained
 * @param folder where the results go
 * @param control hears of each step and may end the run
 * @param terminal where to report
 * @param quiet whether to report the result only
 */
record TrainingSession(
    Engine engine,
    Experiment experiment,
    RunFolder folder,
    TrainingListener control,
    Terminal terminal,
    boolean quiet) {

  /**
   * How a run ended.
   *
   * @param summary as in the folder
   * @param test of the test set
   */
  record Outcome(Summary summary, Evaluation test) {
    /** How good it is on the test set. */
    String measures() {
      return (summary.interrupted() ? "interrupted; " : "") + "test " + Progress.measures(test);
    }

    /** How good its recipe is over folds of all samples, if that was asked for. */
    Optional<String> folds() {
      return Optional.ofNullable(summary.crossValidation())
          .map(
              folds ->
                  String.format(
                      Locale.ROOT,
                      "mean of %d folds %.4f +- %.4f",
                      folds.folds(),
                      folds.mean(),
                      folds.std()));
    }
  }

  /**
   * Trains and prints how it ended.
   *
   * @param from null to start from the beginning
   * @return the exit code
   */
  int run(@Nullable Checkpoint from) {
    Outcome outcome = train(from);
    print(outcome);
    return outcome.summary.interrupted() ? Failures.INTERRUPTED : Failures.DONE;
  }

  /**
   * Trains; the result is not printed.
   *
   * @param from null to start from the beginning
   */
  @SuppressWarnings("try") // the progress ends before the model is saved
  Outcome train(@Nullable Checkpoint from) {
    Recipe recipe = experiment.recipe();
    Manifest manifest = Manifest.of(recipe, engine, experiment);
    folder.write(manifest);
    PrintStream stdout = terminal.out();
    if (!quiet) {
      announce(stdout, recipe, manifest, from);
    }
    try (MetricsFile metrics =
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
      List<TrainingListener> listeners = new ArrayList<>(List.of(metrics, timings, control));
      if (!quiet) {
        listeners.add(progress);
      }
      experiment.keepFailedStep(folder.failedStepsFolder());
      long start = System.nanoTime();
      TrainingResult result =
          experiment.train(engine, listeners, folder.checkpoints(recipe.checkpoint().keep()), from);
      double seconds = (System.nanoTime() - start) * 1e-9;
      Evaluation test = experiment.test(engine, quiet ? control : progress);
      progress.close();
      experiment.save(folder.model());
      CrossValidation folds =
          result.interrupted()
              ? null
              : experiment.crossValidate(
                  engine, (fold, measured) -> printFold(stdout, fold, measured), control);
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
      return new Outcome(summary, test);
    }
  }

  /**
   * The newest checkpoint that is whole, or null where there is none.
   *
   * @param scope of its tensors
   * @param warnings where to name damaged checkpoints
   */
  @Nullable Checkpoint newestCheckpoint(Scope scope, Consumer<String> warnings) {
    return folder
        .checkpoints(experiment.recipe().checkpoint().keep())
        .newest(
            scope,
            damaged ->
                warnings.accept(
                    "lanewise: passing over a damaged checkpoint: " + damaged.getMessage()));
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

  private void print(Outcome outcome) {
    PrintStream out = terminal.out();
    Summary summary = outcome.summary;
    out.printf(
        Locale.ROOT,
        "%s%n%d epochs, %,d steps in %.1f s, %,.0f samples/s%nresults in %s%n",
        outcome.measures(),
        summary.epochs(),
        summary.steps(),
        summary.wallS(),
        summary.samplesPerS(),
        folder.path());
    outcome.folds().ifPresent(out::println);
    if (summary.interrupted()) {
      out.println("go on with: lanewise resume " + folder.path());
    }
  }
}
