package dev.lanewise.cli;

import dev.lanewise.engine.EngineOptions;
import dev.lanewise.engine.KernelChoice;
import dev.lanewise.engine.Mode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what computes. */
final class EngineArguments {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute (default: the cores). They change no bit of the result.")
  private @Nullable Integer threads;

  @Option(
      names = "--mode",
      paramLabel = "strict|fast",
      description = "strict: the same bits on every machine; fast: OpenBLAS where it is faster.")
  private @Nullable Mode mode;

  @Option(
      names = "--kernels",
      paramLabel = "scalar|vector|openblas",
      description = "Which kernels (default: the fastest of the mode). openblas implies mode fast.")
  private @Nullable KernelChoice kernels;

  /** The mode, which is {@code otherwise} where the user has not said which. */
  Mode mode(Mode otherwise) {
    if (mode != null) {
      return mode;
    }
    return kernels == KernelChoice.OPENBLAS ? Mode.FAST : otherwise;
  }

  /** The options of the engine in {@code mode}. */
  EngineOptions options(Mode mode) {
    EngineOptions defaults = EngineOptions.defaults();
    return new EngineOptions(
        threads == null ? defaults.threads() : threads,
        mode,
        kernels == null ? defaults.kernels() : kernels);
  }
}
