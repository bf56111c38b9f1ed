package dev.lanewise.cli.run;

import dev.lanewise.cli.recipe.Recipe;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.Mode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * What a run was made of: {@code manifest.json}.
 *
 * @param lanewise version of this program
 * @param started when, UTC
 * @param specs the numeric specifications that decide the bits
 * @param mode what was promised about bits
 * @param seed of the run
 * @param threads that computed
 * @param kernels in use
 * @param vectorBits width of a vector register; 0 for scalar kernels
 * @param engine what was chosen and why, OpenBLAS with version and core
 * @param machine where it ran
 * @param data what it was trained on
 * @param parameters trainable numbers
 */
public record Manifest(
    String lanewise,
    String started,
    List<String> specs,
    Mode mode,
    long seed,
    int threads,
    String kernels,
    int vectorBits,
    List<String> engine,
    Machine machine,
    Data data,
    long parameters) {
  private static final List<String> SPECS =
      List.of("gemm-v1", "math-v1", "reduce-v1", "rng-v1", "shuffle-v1");

  /**
   * The data of a run.
   *
   * @param source its name
   * @param sha256 over all samples and targets
   * @param trainSamples to train on
   * @param testSamples to measure on
   */
  public record Data(String source, String sha256, int trainSamples, int testSamples) {}

  /** Describes a run that begins now. */
  public static Manifest of(Recipe recipe, Engine engine, Experiment experiment) {
    return new Manifest(
        Version.current(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        SPECS,
        recipe.mode(),
        recipe.seed(),
        engine.options().threads(),
        engine.kernels(),
        engine.vectorBits(),
        engine.report(),
        Machine.current(),
        experiment.describeData(),
        experiment.parameterCount());
  }
}
