package dev.lanewise.cli;

import dev.lanewise.cli.recipe.RecipeReader;
import dev.lanewise.cli.run.Experiment;
import dev.lanewise.cli.run.Machine;
import dev.lanewise.cli.run.Version;
import dev.lanewise.data.DataCache;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.EngineOptions;
import dev.lanewise.engine.Mode;
import dev.lanewise.tensor.OffHeap;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lanewise info}: what this machine offers and what of it is used, or what a recipe is. */
@Command(
    name = "info",
    description =
        "Shows Java, CPU, kernels in use and why, OpenBLAS, threads and memory; of a recipe, its"
            + " layers with shapes, parameters and flops for one sample.")
final class InfoCommand implements Runnable {
  private static final double GIBIBYTE = 1 << 30;

  @Parameters(
      arity = "0..1",
      paramLabel = "RECIPE",
      description = "A YAML file or the name of a recipe, as for train.")
  private @Nullable String recipe;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A folder with data of your own in place of the downloaded ones.")
  private @Nullable Path data;

  @Override
  public void run() {
    PrintStream out = System.out;
    if (recipe != null) {
      var downloads = new DownloadProgress(Terminal.standard(), true);
      try (Experiment experiment =
          Experiment.open(RecipeReader.read(recipe, Map.of()), data, downloads)) {
        out.print(experiment.summary());
      }
      return;
    }
    line(out, "lanewise", Version.current());
    EngineOptions defaults = EngineOptions.defaults();
    try (Engine strict = Engine.of(defaults);
        Engine fast = Engine.of(defaults.mode(Mode.FAST))) {
      Machine machine = Machine.of(strict);
      line(out, "java", machine.jdk());
      line(out, "system", machine.os());
      line(out, "cpu", machine.cpu() + ", " + machine.cores() + " cores");
      line(out, "fma", strict.fingerprint().fields().getOrDefault("fma", ""));
      line(out, "vectors", strict.vectorBits() + " bits");
      line(out, "mode strict", String.join("; ", strict.report()));
      line(out, "mode fast", String.join("; ", fast.report()));
    }
    line(out, "threads", String.valueOf(defaults.threads()));
    line(
        out,
        "off-heap",
        String.format(Locale.ROOT, "budget %.1f GiB", OffHeap.budget() / GIBIBYTE));
    line(out, "data", DataCache.user().root().toString());
  }

  private static void line(PrintStream out, String what, String value) {
    out.printf("%-12s %s%n", what, value);
  }
}
