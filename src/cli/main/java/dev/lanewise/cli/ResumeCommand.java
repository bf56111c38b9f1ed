package dev.lanewise.cli;

import dev.lanewise.cli.recipe.Recipe;
import dev.lanewise.cli.recipe.RecipeReader;
import dev.lanewise.cli.run.Experiment;
import dev.lanewise.cli.run.Interrupt;
import dev.lanewise.cli.run.RunFolder;
import dev.lanewise.engine.Engine;
import dev.lanewise.tensor.Scope;
import dev.lanewise.train.HashTrace;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lanewise resume}: goes on with a run that was interrupted or killed. */
@Command(
    name = "resume",
    description = {
      "Goes on with an interrupted run from its newest checkpoint, to the same bits.",
      "Without a checkpoint it starts again."
    })
final class ResumeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DIR", description = "The run folder.")
  private Path folder = Path.of("");

  @Mixin private EngineArguments engineArguments = new EngineArguments();

  @Mixin private DataArguments dataArguments = new DataArguments();

  @Option(
      names = "--ignore-fingerprint",
      description = "Go on even where the bits may differ from those of the machine it began on.")
  private boolean ignoreFingerprint;

  @Option(
      names = "--trace-hashes",
      paramLabel = "FILE",
      description =
          "Write a hash of everything that is computed from here on, for lanewise trace-diff.")
  private @Nullable Path trace;

  @Option(names = "--quiet", description = "Print the result only.")
  private boolean quiet;

  @Override
  public Integer call() {
    Terminal terminal = Terminal.standard();
    RunFolder run = RunFolder.toResume(folder);
    Recipe recipe = RecipeReader.readResolved(run.recipe());
    try (Engine engine = Engine.of(engineArguments.options(engineArguments.mode(recipe.mode())));
        Experiment experiment =
            Experiment.open(recipe, dataArguments.folder(), new DownloadProgress(terminal, quiet));
        Interrupt interrupt = Interrupt.listen();
        HashTrace hashes = trace == null ? null : new HashTrace(trace);
        Scope scope = Scope.open("checkpoint")) {
      experiment.ignoreFingerprint(ignoreFingerprint);
      experiment.trace(hashes);
      var session = new TrainingSession(engine, experiment, run, interrupt, terminal, quiet);
      return session.run(session.newestCheckpoint(scope, spec.commandLine().getErr()::println));
    }
  }
}
