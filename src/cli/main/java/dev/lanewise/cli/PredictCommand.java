package dev.lanewise.cli;

import dev.lanewise.cli.run.Inputs;
import dev.lanewise.cli.run.Json;
import dev.lanewise.cli.run.Prediction;
import dev.lanewise.cli.run.RunFolder;
import dev.lanewise.cli.run.TrainedModel;
import dev.lanewise.engine.Engine;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.TextGenerator;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lanewise predict}: uses a trained model. */
@Command(
    name = "predict",
    description = {
      "Says what the model of a run folder makes of files: images (PNG, JPEG, IDX) or CSV rows.",
      "A model of a text goes on from a prompt."
    })
final class PredictCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "DIR", description = "The run folder.")
  private Path folder = Path.of("");

  @Parameters(index = "1..*", paramLabel = "FILE", description = "Images, or rows of features.")
  private List<Path> files = new ArrayList<>();

  @Option(names = "--prompt", paramLabel = "TEXT", description = "What to go on from.")
  private @Nullable String prompt;

  @Option(names = "--tokens", paramLabel = "N", description = "How many to write (default: 300).")
  private int tokens = 300;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0: always the likeliest; 1: as likely as the model thinks (default: 0.8).")
  private double temperature = 0.8;

  @Option(names = "--seed", paramLabel = "S", description = "Seed of what is drawn (default: 1).")
  private long seed = 1;

  @Mixin private EngineArguments engineArguments = new EngineArguments();

  @Option(names = "--json", description = "Print JSON, a line for each sample.")
  private boolean json;

  @Override
  public Integer call() {
    if (prompt == null && files.isEmpty()) {
      throw new IllegalArgumentException("name files to predict, or a text with --prompt");
    }
    PrintStream out = Terminal.standard().out();
    try (TrainedModel model = TrainedModel.of(RunFolder.ofRun(folder));
        Engine engine =
            Engine.of(engineArguments.options(engineArguments.mode(model.recipe().mode())))) {
      if (prompt != null) {
        write(out, model.writer(), engine, prompt);
      }
      for (Path file : files) {
        predict(out, model, engine, file);
      }
    }
    return Failures.DONE;
  }

  private void write(PrintStream out, TextGenerator writer, Engine engine, String from) {
    if (json) {
      String text = writer.generate(engine, from, tokens, temperature, seed, token -> {});
      out.println(Json.line(new Prediction.Text(from, text)));
      return;
    }
    writer.tokenizer().encode(from); // what it does not know is refused before anything is printed
    out.print(from);
    writer.generate(
        engine,
        from,
        tokens,
        temperature,
        seed,
        token -> {
          out.print(token);
          out.flush();
        });
    out.println();
  }

  private void predict(PrintStream out, TrainedModel model, Engine engine, Path file) {
    try (Scope scope = Scope.open("inputs")) {
      Tensor samples = Inputs.read(file, model.facts(), model.resizesImages(), scope);
      model.predict(
          engine,
          samples,
          (row, i) -> {
            String name = samples.dim(0) == 1 ? file.toString() : file + ":" + (i + 1);
            Prediction found = Prediction.of(name, model.facts(), row);
            out.println(json ? Json.line(found) : found);
          });
    }
  }
}
