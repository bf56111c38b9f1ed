package dev.lanewise.cli;

import dev.lanewise.cli.recipe.Recipe;
import dev.lanewise.cli.recipe.RecipeReader;
import dev.lanewise.cli.run.Experiment;
import dev.lanewise.cli.run.Interrupt;
import dev.lanewise.cli.run.RunFolder;
import dev.lanewise.engine.Engine;
import dev.lanewise.train.HashTrace;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lanewise train}: trains a recipe and writes its run folder. */
@Command(name = "train", description = "Trains a model and writes a run folder.")
final class TrainCommand implements Callable<Integer> {
  @Mixin private RecipeArguments arguments = new RecipeArguments();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The run folder (default: runs/RECIPE-NUMBER).")
  private @Nullable Path out;

  @Option(
      names = "--trace-hashes",
      paramLabel = "FILE",
      description = "Write a hash of everything that is computed, for lanewise trace-diff.")
  private @Nullable Path trace;

  @Option(names = "--quiet", description = "Print the result only.")
  private boolean quiet;

  @Override
  public Integer call() {
    Recipe resolved = arguments.resolve();
    RunFolder folder = RunFolder.forNewRun(out, resolved.name());
    Terminal terminal = Terminal.standard();
    try (Engine engine = arguments.engine(resolved);
        Experiment experiment =
            Experiment.open(resolved, arguments.data(), new DownloadProgress(terminal, quiet));
        Interrupt interrupt = Interrupt.listen();
        HashTrace hashes = trace == null ? null : new HashTrace(trace)) {
      folder.claim(RecipeReader.write(resolved));
      experiment.trace(hashes);
      return new TrainingSession(engine, experiment, folder, interrupt, terminal, quiet).run(null);
    }
  }
}
