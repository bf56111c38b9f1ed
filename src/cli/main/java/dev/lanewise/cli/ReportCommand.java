package dev.lanewise.cli;

import dev.lanewise.cli.report.RunReport;
import dev.lanewise.cli.run.Experiment;
import dev.lanewise.cli.run.Json;
import dev.lanewise.cli.run.RunFolder;
import dev.lanewise.engine.Engine;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lanewise report}: writes the page that shows a run. */
@Command(name = "report", description = "Writes report.html of a run folder anew.")
final class ReportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The run folder.")
  private Path folder = Path.of("");

  @Mixin private EngineArguments engineArguments = new EngineArguments();

  @Mixin private DataArguments dataArguments = new DataArguments();

  @Override
  public Integer call() {
    Terminal terminal = Terminal.standard();
    RunFolder run = RunFolder.ofRun(folder);
    try (Experiment experiment =
            Experiment.ofRun(run, dataArguments.folder(), new DownloadProgress(terminal, false));
        Engine engine =
            Engine.of(engineArguments.options(engineArguments.mode(experiment.recipe().mode())))) {
      RunReport.write(run, Json.read(run.summary()), experiment, engine);
    }
    terminal.out().println("report in " + run.report());
    return Failures.DONE;
  }
}
