package dev.lanewise.cli;

import dev.lanewise.cli.bench.GemmBench;
import dev.lanewise.cli.bench.StepBench;
import dev.lanewise.cli.run.Json;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.KernelChoice;
import dev.lanewise.engine.Mode;
import dev.lanewise.internal.kernel.Precision;
import dev.lanewise.io.AtomicFile;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lanewise bench}: how fast kernels and training steps are here. */
@Command(name = "bench", description = "Measures kernels and training steps on this machine.")
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** The options of every bench. */
  static final class Measuring {
    @Option(
        names = "--seconds",
        paramLabel = "S",
        defaultValue = "5",
        description = "How long to measure each figure (default: ${DEFAULT-VALUE}).")
    private double seconds = 5;

    @Option(
        names = "--json",
        paramLabel = "FILE",
        arity = "0..1",
        fallbackValue = "-",
        description = "Write JSON to a file, or print it.")
    private @Nullable String json;

    double seconds() {
      if (!(seconds > 0 && seconds <= 3600)) {
        throw new IllegalArgumentException(
            "--seconds: found " + seconds + ", expected a number above 0 and at most 3600");
      }
      return seconds;
    }

    /** Writes the report as JSON if the user wants that; says whether text is wanted. */
    boolean wantsText(Object report) {
      if (json == null) {
        return true;
      }
      if (json.equals("-")) {
        System.out.print(Json.pretty(report));
        return false;
      }
      AtomicFile.write(Path.of(json), Json.pretty(report));
      return true;
    }
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }

  private PhaseLine phases() {
    return new PhaseLine(spec.commandLine().getErr(), Terminal.standard().isInteractive());
  }

  @Command(name = "gemm", description = "Measures the matrix product kernels.")
  int gemm(
      @Option(
              names = "--sizes",
              split = ",",
              paramLabel = "N|MxNxK",
              defaultValue = "256,512,1024",
              description =
                  "C[M, N] = A[M, K] B[K, N]; N for a square; -TN and the like for A or B stored"
                      + " transposed (default: ${DEFAULT-VALUE}).")
          List<String> sizes,
      @Option(
              names = "--kernels",
              paramLabel = "scalar|vector|openblas",
              defaultValue = "vector",
              description = "Which kernels (default: ${DEFAULT-VALUE}).")
          KernelChoice kernels,
      @Option(
              names = "--dtype",
              paramLabel = "f32|f64",
              defaultValue = "f32",
              description = "Of the elements (default: ${DEFAULT-VALUE}).")
          Precision dtype,
      @Option(
              names = "--threads",
              paramLabel = "N",
              defaultValue = "1",
              description = "Threads, each with its own strip of rows (default: ${DEFAULT-VALUE}).")
          int threads,
      @Mixin Measuring measuring) {
    List<GemmBench.Size> products = sizes.stream().map(GemmBench.Size::parse).toList();
    if (threads < 1 || products.stream().anyMatch(size -> size.m() < threads)) {
      throw new IllegalArgumentException(
          "bench gemm: found %d threads and sizes %s, expected at least one thread and one row for each"
              .formatted(threads, sizes));
    }
    GemmBench bench = GemmBench.of(kernels, dtype);
    GemmBench.Report report;
    try (PhaseLine phases = phases()) {
      report = bench.run(products, threads, measuring.seconds(), phases);
    }
    if (measuring.wantsText(report)) {
      PrintStream out = System.out;
      out.printf(
          Locale.ROOT,
          "%s (%s), %s, %d threads; FMA peak %.1f GFLOP/s%n",
          report.kernels(),
          report.core(),
          report.dtype(),
          report.threads(),
          report.fmaPeakGflops());
      for (GemmBench.Result r : report.results()) {
        out.printf(
            Locale.ROOT,
            "%5d x %5d x %5d %s  %8.1f GFLOP/s  %5.1f %% of the peak%n",
            r.m(),
            r.n(),
            r.k(),
            r.form(),
            r.gflops(),
            100 * r.gflops() / report.fmaPeakGflops());
      }
    }
    return Failures.DONE;
  }

  @Command(name = "step", description = "Measures whole training steps on synthetic data.")
  int step(
      @Parameters(paramLabel = "NAME", description = "mlp, mlp-small, lenet, cnn or gpt.")
          String name,
      @Option(
              names = "--batch",
              paramLabel = "N",
              description = "Samples in a step (default: as usual for the model).")
          int batch,
      @Option(
              names = "--width",
              paramLabel = "N",
              description = "Of the hidden layers of mlp, mlp-small or gpt (default: as usual).")
          int width,
      @Mixin EngineArguments engineArguments,
      @Mixin Measuring measuring) {
    StepBench bench = StepBench.of(name);
    StepBench.Size size = bench.size(batch, width);
    try (Engine engine = Engine.of(engineArguments.options(engineArguments.mode(Mode.STRICT)))) {
      StepBench.Report report;
      try (PhaseLine phases = phases()) {
        report = bench.run(engine, size, measuring.seconds(), phases);
      }
      if (measuring.wantsText(report)) {
        System.out.printf(
            Locale.ROOT,
            "%s, batch %d, %s kernels, %d threads: %.3f ms per step, %,.0f samples/s%n",
            report.name(),
            report.batch(),
            report.kernels(),
            report.threads(),
            report.msPerStep(),
            report.samplesPerS());
      }
    }
    return Failures.DONE;
  }
}
