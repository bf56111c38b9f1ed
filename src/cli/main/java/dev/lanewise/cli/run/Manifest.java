package dev.lanewise.cli.run;

import dev.lanewise.cli.recipe.Recipe;
import dev.lanewise.engine.Engine;
import dev.lanewise.engine.Mode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/**
 * What a run was made of: {@code manifest.json}.
 *
 * @param lanewise version of this program
 * @param started when, UTC
 * @param fingerprint what the bits may depend on: the numeric specifications in strict mode, every
 *     field in fast mode
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
    Map<String, String> fingerprint,
    Mode mode,
    long seed,
    int threads,
    String kernels,
    int vectorBits,
    List<String> engine,
    Machine machine,
    Data data,
    long parameters) {
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
        engine.fingerprint().fields(),
        recipe.mode(),
        recipe.seed(),
        engine.options().threads(),
        engine.kernels(),
        engine.vectorBits(),
        engine.report(),
        Machine.of(engine),
        experiment.describeData(),
        experiment.parameterCount());
  }
}
