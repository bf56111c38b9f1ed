package dev.lanewise.cli;

import dev.lanewise.cli.run.Experiment;
import dev.lanewise.cli.run.RunFolder;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lanewise export}: a trained model for other runtimes. */
@Command(
    name = "export",
    description = {
      "Writes the model of a run folder as an ONNX file (IR version 8, operator set 17).",
      "Its input takes raw samples, any number at a time: normalization is part of the graph."
    })
final class ExportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The run folder.")
  private Path folder = Path.of("");

  @Option(
      names = "--onnx",
      paramLabel = "FILE",
      required = true,
      description = "The file to write or replace.")
  private Path onnx = Path.of("");

  @Mixin private DataArguments dataArguments = new DataArguments();

  @Override
  public Integer call() {
    Terminal terminal = Terminal.standard();
    RunFolder run = RunFolder.ofRun(folder);
    try (Experiment experiment =
        Experiment.ofRun(run, dataArguments.folder(), new DownloadProgress(terminal, false))) {
      experiment.exportOnnx(onnx);
    }
    return Failures.DONE;
  }
}
