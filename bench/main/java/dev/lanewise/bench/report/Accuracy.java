package dev.lanewise.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/**
 * Writes {@code accuracy.json} and {@code accuracy.md}: how good the recipes are that promise a
 * figure. One entry a recipe; those of recipes that were not trained now stay.
 *
 * <p>Without arguments it prints the recipes. With the arguments run folder, folder of results,
 * commit and command, it records that run; exit code 1 when the run misses what its recipe
 * promises.
 */
public final class Accuracy {
  private static final String JSON = "accuracy.json";

  private static final List<Promise> PROMISES =
      List.of(
          Promise.atLeast("digits-mlp", "test_accuracy", 0.96),
          Promise.atLeast("mnist-mlp", "test_accuracy", 0.981),
          Promise.atLeast("mnist-lenet", "test_accuracy", 0.985),
          Promise.atLeast("mnist-cnn", "test_accuracy", 0.990),
          Promise.atLeast("fashion-cnn", "test_accuracy", 0.91),
          Promise.atLeast("diamonds-mlp", "test_r2", 0.97),
          Promise.atLeast("cancer-mlp", "cross_validation/mean", 0.96),
          new Promise("char-gpt", "test_loss", false, 1.48, 600));

  /**
   * What a recipe must reach.
   *
   * @param recipe its name
   * @param figure where it stands in {@code summary.json}, levels parted by slashes
   * @param least whether the figure must be at least the bound; else it must be below
   * @param bound of the figure
   * @param seconds that training may take
   */
  record Promise(String recipe, String figure, boolean least, double bound, double seconds) {
    static Promise atLeast(String recipe, String figure, double bound) {
      return new Promise(recipe, figure, true, bound, Double.POSITIVE_INFINITY);
    }

    boolean holds(double value, double wallS) {
      return (least ? value >= bound : value < bound) && wallS <= seconds;
    }

    String text() {
      return (least ? ">= " : "< ")
          + bound
          + (seconds < Double.POSITIVE_INFINITY
              ? String.format(Locale.ROOT, " within %.0f s", seconds)
              : "");
    }
  }

  /**
   * One recipe's run.
   *
   * @param recipe its name
   * @param command that trained it
   * @param figure which is promised
   * @param value of the figure
   * @param bound as text
   * @param holds whether the promise is kept
   * @param seed of the run
   * @param weightsSha256 of the run
   * @param wallS seconds of training and validation
   * @param threads that computed
   * @param machine processor and JDK
   * @param commit of the sources
   * @param date when the run ended
   */
  record Entry(
      String recipe,
      String command,
      String figure,
      double value,
      String bound,
      boolean holds,
      long seed,
      String weightsSha256,
      double wallS,
      int threads,
      String machine,
      String commit,
      String date) {}

  /**
   * The file.
   *
   * @param entries in the order of the promises
   */
  record Book(List<Entry> entries) {}

  private Accuracy() {}

  /** See the class. */
  public static void main(String[] args) throws IOException {
    if (args.length == 0) {
      PROMISES.forEach(promise -> System.out.println(promise.recipe()));
      return;
    }
    Entry entry = record(Path.of(args[0]), Path.of(args[1]), args[2], args[3]);
    System.out.printf(
        Locale.ROOT,
        "%s: %s %.5f, %.1f s; promised %s: %s%n",
        entry.recipe(),
        entry.figure(),
        entry.value(),
        entry.wallS(),
        entry.bound(),
        entry.holds() ? "kept" : "MISSED");
    System.exit(entry.holds() ? 0 : 1);
  }

  /**
   * Records a run.
   *
   * @throws IllegalArgumentException if its recipe promises nothing or its summary lacks the figure
   */
  static Entry record(Path run, Path results, String commit, String command) throws IOException {
    JsonNode summary = tree(run, "summary.json");
    JsonNode machine = tree(run, "manifest.json").path("machine");
    String recipe = summary.path("recipe").asString();
    Promise promise =
        PROMISES.stream()
            .filter(p -> p.recipe().equals(recipe))
            .findFirst()
            .orElseThrow(
                () -> new IllegalArgumentException(run + ": no promise for \"" + recipe + "\""));
    JsonNode value = summary.at("/" + promise.figure());
    if (!value.isNumber() || summary.path("interrupted").asBoolean()) {
      throw new IllegalArgumentException(
          run + ": the run has not ended with a " + promise.figure() + "; train it again");
    }
    double wallS = summary.path("wall_s").asDouble();
    Entry entry =
        new Entry(
            recipe,
            command,
            promise.figure().replace('/', ' '),
            value.asDouble(),
            promise.text(),
            promise.holds(value.asDouble(), wallS),
            summary.path("seed").asLong(),
            summary.path("weights_sha256").asString(),
            wallS,
            summary.path("threads").asInt(),
            machine.path("cpu").asString() + ", JDK " + machine.path("jdk").asString(),
            commit,
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    write(Files.createDirectories(results), entry);
    return entry;
  }

  private static void write(Path results, Entry now) throws IOException {
    Path file = results.resolve(JSON);
    List<Entry> known =
        Files.exists(file) ? Results.MAPPER.readValue(file, Book.class).entries() : List.of();
    Map<String, Entry> byRecipe = new HashMap<>();
    known.forEach(entry -> byRecipe.put(entry.recipe(), entry));
    byRecipe.put(now.recipe(), now);
    List<Entry> entries =
        PROMISES.stream().map(p -> byRecipe.get(p.recipe())).filter(Objects::nonNull).toList();
    Results.MAPPER.writeValue(file, new Book(entries));
    Files.writeString(results.resolve("accuracy.md"), page(entries));
  }

  private static String page(List<Entry> entries) {
    StringBuilder page =
        new StringBuilder(
            """
            # What recipes reach

            On data held out of training; `cross_validation mean` is over ten folds, `test_loss` is in nats a character.
            Time is that of training and validation. Written by `bench/accuracy.sh`; not to be edited.

            | recipe | figure | promised | seed | weights (SHA-256) | time | threads | machine | commit | date |
            |---|---|---|---|---|---|---|---|---|---|
            """);
    for (Entry e : entries) {
      page.append(
          String.format(
              Locale.ROOT,
              "| %s | %s **%.4f**%s | %s | %d | `%s` | %.0f s | %d | %s | %s | %s |%n",
              e.recipe(),
              e.figure(),
              e.value(),
              e.holds() ? "" : " MISSED",
              e.bound(),
              e.seed(),
              e.weightsSha256(),
              e.wallS(),
              e.threads(),
              e.machine(),
              e.commit(),
              e.date()));
    }
    page.append("\n```sh\n");
    entries.forEach(entry -> page.append(entry.command()).append('\n'));
    return page.append("```\n").toString();
  }

  private static JsonNode tree(Path run, String name) {
    return Results.MAPPER.readTree(run.resolve(name));
  }
}
