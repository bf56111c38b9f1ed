package dev.lanewise.cli;

import dev.lanewise.cli.recipe.RecipeReader;
import dev.lanewise.cli.run.Experiment;
import dev.lanewise.cli.run.RunFolder;
import dev.lanewise.cli.run.RunFolderException;
import dev.lanewise.engine.Engine;
import dev.lanewise.io.Checkpoint;
import dev.lanewise.tensor.Scope;
import dev.lanewise.train.NonFiniteException;
import dev.lanewise.train.StepReport;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lanewise replay}: does a step again that ended a run by NaN or infinity. */
@Command(
    name = "replay",
    description = {
      "Does the step again that was not finite, from the state and the batch that were kept.",
      "Exit code 0: it failed again; 1: it did not; 2: nothing was kept."
    })
final class ReplayCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The run folder.")
  private Path folder = Path.of("");

  @Mixin private EngineArguments engineArguments = new EngineArguments();

  @Mixin private DataArguments dataArguments = new DataArguments();

  @Option(
      names = "--ignore-fingerprint",
      description = "Do it even where the bits may differ from those of the machine it failed on.")
  private boolean ignoreFingerprint;

  @Override
  public Integer call() {
    Terminal terminal = Terminal.standard();
    RunFolder run = new RunFolder(folder);
    Map.Entry<Long, Path> bundle = run.failedSteps().files().lastEntry();
    if (bundle == null) {
      throw new RunFolderException(
          "%s has kept no failed step: %s holds none".formatted(folder, run.failedStepsFolder()),
          null);
    }
    try (Experiment experiment =
            Experiment.open(
                RecipeReader.readResolved(run.recipe()),
                dataArguments.folder(),
                new DownloadProgress(terminal, false));
        Engine engine =
            Engine.of(engineArguments.options(engineArguments.mode(experiment.recipe().mode())));
        Scope scope = Scope.open("failed step")) {
      experiment.ignoreFingerprint(ignoreFingerprint);
      StepReport report = experiment.replay(engine, Checkpoint.read(bundle.getValue(), scope));
      terminal
          .out()
          .printf(
              "step %d did not fail: loss %s, gradient norm %s%n",
              report.step(), report.loss(), report.gradientNorm());
      return Failures.FAILED;
    } catch (NonFiniteException e) {
      terminal.out().println("it failed again. " + e.getMessage());
      return Failures.DONE;
    }
  }
}
