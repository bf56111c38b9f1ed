package dev.lanewise.bench.rivals;

import dev.lanewise.cli.bench.GemmBench;
import dev.lanewise.cli.bench.StepBench;
import dev.lanewise.cli.run.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of the rivals; {@code bench/rival.sh} sets what they need around it. */
@Command(name = "rival", description = "Measures other libraries at the work of lanewise bench.")
final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Command(description = "Matrix products in F32, on one thread.")
  int gemm(
      @Parameters(paramLabel = "LIBRARY") String library,
      @Option(names = "--sizes", split = ",", defaultValue = "256,512,1024") List<String> sizes,
      @Option(names = "--seconds", defaultValue = "5") double seconds,
      @Option(names = "--json", required = true) Path json)
      throws IOException {
    GemmBench.Report report =
        GemmRival.of(library).run(sizes.stream().map(GemmBench.Size::parse).toList(), seconds);
    report
        .results()
        .forEach(
            r ->
                System.out.printf(
                    "%s (%s) %d x %d x %d: %.1f GFLOP/s%n",
                    report.kernels(), report.core(), r.m(), r.n(), r.k(), r.gflops()));
    Files.writeString(json, Json.pretty(report));
    return 0;
  }

  @Command(description = "Whole training steps by PyTorch, through DJL.")
  int step(
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--threads", defaultValue = "1") int threads,
      @Option(names = "--seconds", defaultValue = "5") double seconds,
      @Option(names = "--json", required = true) Path json)
      throws IOException {
    try (DjlStep step = new DjlStep(StepBench.of(name), threads)) {
      DjlStep.Report report = step.run(seconds);
      System.out.printf(
          "%s, batch %d, %s, %d threads: %.3f ms per step, %,.0f samples/s%n",
          name, report.batch(), report.rival(), threads, report.msPerStep(), report.samplesPerS());
      Files.writeString(json, Json.pretty(report));
    }
    return 0;
  }
}
