package dev.lanewise.cli;

import dev.lanewise.cli.run.Experiment;
import dev.lanewise.cli.run.Json;
import dev.lanewise.cli.run.Progress;
import dev.lanewise.cli.run.RunFolder;
import dev.lanewise.cli.run.SampleCounter;
import dev.lanewise.cli.run.TestResult;
import dev.lanewise.engine.Engine;
import dev.lanewise.train.Evaluation;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lanewise eval}: measures a trained model. */
@Command(name = "eval", description = "Measures the model of a run folder on the test set.")
final class EvalCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The run folder.")
  private Path folder = Path.of("");

  @Mixin private EngineArguments engineArguments = new EngineArguments();

  @Mixin private DataArguments dataArguments = new DataArguments();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    Terminal terminal = Terminal.standard();
    RunFolder run = RunFolder.ofRun(folder);
    try (Experiment experiment =
            Experiment.ofRun(run, dataArguments.folder(), new DownloadProgress(terminal, json));
        Engine engine =
            Engine.of(engineArguments.options(engineArguments.mode(experiment.recipe().mode())))) {
      Evaluation test;
      try (SampleCounter counter =
          new SampleCounter(terminal.out(), terminal.isInteractive() && !json, "measured")) {
        test = experiment.test(engine, counter);
      }
      if (json) {
        terminal.out().println(Json.line(TestResult.of(experiment, test)));
      } else {
        terminal
            .out()
            .printf(
                Locale.ROOT, "test %s (%,d samples)%n", Progress.measures(test), test.samples());
      }
    }
    return Failures.DONE;
  }
}
