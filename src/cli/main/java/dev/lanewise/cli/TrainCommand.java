package dev.lanewise.cli;

import dev.lanewise.cli.recipe.Recipe;
import dev.lanewise.cli.recipe.RecipeReader;
import dev.lanewise.cli.run.Experiment;
import dev.lanewise.cli.run.Interrupt;
import dev.lanewise.cli.run.Manifest;
import dev.lanewise.cli.run.MetricsFile;
import dev.lanewise.cli.run.Progress;
import dev.lanewise.cli.run.RunFolder;
import dev.lanewise.cli.run.Summary;
import dev.lanewise.cli.run.TestResult;
import dev.lanewise.cli.run.Weights;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.Mode;
import dev.lanewise.tensor.OffHeap;
import dev.lanewise.train.Evaluation;
import dev.lanewise.train.TrainingListener;
import dev.lanewise.train.TrainingResult;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lanewise train}: trains a recipe and writes its run folder. */
@Command(name = "train", description = "Trains a model and writes a run folder.")
final class TrainCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "RECIPE",
      defaultValue = "digits-mlp",
      description =
          "A YAML file, or one of digits-mlp, mnist-mlp, fashion-mlp (default: ${DEFAULT-VALUE}).")
  private String recipe = "digits-mlp";

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training data.")
  private @Nullable Integer epochs;

  @Option(names = "--batch", paramLabel = "N", description = "Samples in a step.")
  private @Nullable Integer batch;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Seed of initial values, order and dropout.")
  private @Nullable Long seed;

  @Mixin private EngineArguments engineArguments = new EngineArguments();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The run folder (default: runs/RECIPE-NUMBER).")
  private @Nullable Path out;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A folder with data of your own in place of the downloaded ones.")
  private @Nullable Path data;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets any key of the recipe by its path, as in --set optimizer.lr=0.01.")
  private Map<String, String> overrides = new LinkedHashMap<>();

  @Option(names = "--quiet", description = "Print the result only.")
  private boolean quiet;

  @Override
  public Integer call() {
    Recipe resolved = resolve();
    RunFolder folder = RunFolder.forNewRun(out, resolved.name());
    Terminal terminal = Terminal.standard();
    try (Engine engine = Engine.of(engineArguments.options(resolved.mode()));
        Experiment experiment =
            Experiment.open(resolved, data, new DownloadProgress(terminal, quiet))) {
      return train(engine, experiment, folder, terminal);
    }
  }

  /** The recipe with what the command line changes. */
  private Recipe resolve() {
    Map<String, String> changes = new LinkedHashMap<>(overrides);
    put(changes, "epochs", epochs);
    put(changes, "data.batch", batch);
    put(changes, "seed", seed);
    Recipe read = RecipeReader.read(recipe, changes);
    Mode mode = engineArguments.mode(read.mode());
    if (mode == read.mode()) {
      return read;
    }
    put(changes, "mode", mode);
    return RecipeReader.read(recipe, changes);
  }

  private static void put(Map<String, String> changes, String key, @Nullable Object value) {
    if (value != null) {
      changes.put(key, value.toString().toLowerCase(Locale.ROOT));
    }
  }

  @SuppressWarnings("try") // the progress ends before the result is printed
  private int train(Engine engine, Experiment experiment, RunFolder folder, Terminal terminal) {
    Recipe resolved = experiment.recipe();
    Manifest manifest = Manifest.of(resolved, engine, experiment);
    folder.claim(RecipeReader.write(resolved));
    folder.write(manifest);
    PrintStream stdout = terminal.out();
    if (!quiet) {
      stdout.println(
          String.join("; ", engine.report()) + "; threads: " + engine.options().threads());
      stdout.printf(
          Locale.ROOT,
          "%s: %,d parameters, %,d training samples, %,d test samples%n",
          resolved.name(),
          manifest.parameters(),
          manifest.data().trainSamples(),
          manifest.data().testSamples());
    }
    try (Interrupt interrupt = Interrupt.listen();
        MetricsFile metrics =
            MetricsFile.create(
                folder.metrics(),
                resolved.name(),
                resolved.seed(),
                resolved.mode(),
                Experiment.fingerprint(resolved, manifest.data()));
        Progress progress =
            new Progress(
                stdout,
                terminal.isInteractive(),
                resolved.epochs(),
                experiment.trainingSamples(),
                resolved.data().validation() > 0)) {
      List<TrainingListener> listeners = new ArrayList<>(List.of(metrics, interrupt));
      if (!quiet) {
        listeners.add(progress);
      }
      long start = System.nanoTime();
      TrainingResult result = experiment.train(engine, listeners);
      double seconds = (System.nanoTime() - start) * 1e-9;
      Evaluation test = experiment.test(engine);
      experiment.save(folder.model());
      Summary summary =
          new Summary(
              resolved.name(),
              TestResult.accuracy(test),
              test.loss(),
              result.epochs().size(),
              result.steps(),
              interrupt.requested(),
              result.stoppedEarly(),
              resolved.seed(),
              resolved.mode(),
              engine.kernels(),
              engine.options().threads(),
              result.samplesPerSecond(),
              seconds,
              OffHeap.peakBytes(),
              Weights.sha256(experiment.parameters()));
      folder.write(summary);
      print(stdout, summary, test, folder);
      return interrupt.requested() ? Failures.INTERRUPTED : Failures.DONE;
    }
  }

  private static void print(PrintStream out, Summary summary, Evaluation test, RunFolder folder) {
    out.printf(
        Locale.ROOT,
        "%stest %s%n%d epochs, %,d steps in %.1f s, %,.0f samples/s%nresults in %s%n",
        summary.interrupted() ? "interrupted; " : "",
        Progress.measures(test.loss(), test.accuracy()),
        summary.epochs(),
        summary.steps(),
        summary.wallS(),
        summary.samplesPerS(),
        folder.path());
  }
}
