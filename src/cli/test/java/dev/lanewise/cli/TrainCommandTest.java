package dev.lanewise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Training through the command line, on the digits. */
class TrainCommandTest {
  private static final JsonMapper JSON = JsonMapper.shared();

  @TempDir Path folder;

  @Test
  void writesRunFolderThatDependsOnTheRecipeAlone() throws IOException {
    Path one = train("one", "--threads", "1");
    Path two = train("two", "--threads", "2");

    try (Stream<Path> files = Files.list(one)) {
      assertThat(
              files.map(
                  file -> file.getFileName().toString().replaceFirst("tfevents[.].*", "tfevents")))
          .containsExactlyInAnyOrder(
              "recipe.yaml",
              "manifest.json",
              "metrics.jsonl",
              "timings.jsonl",
              "model.safetensors",
              "summary.json",
              "report.html",
              "events.out.tfevents");
    }
    JsonNode summary = JSON.readTree(one.resolve("summary.json"));
    assertThat(summary.path("test_accuracy").asDouble()).isBetween(0.3, 1.0);
    assertThat(summary.path("steps").asInt()).isEqualTo(Math.ceilDiv(1442, 64));
    assertThat(summary.path("interrupted").asBoolean(true)).isFalse();
    assertThat(summary.path("samples_per_s").asDouble()).isPositive();
    assertThat(summary.path("peak_offheap_bytes").asLong()).isPositive();
    assertThat(summary.path("weights_sha256").asString())
        .matches("[0-9a-f]{64}")
        .isEqualTo(JSON.readTree(two.resolve("summary.json")).path("weights_sha256").asString());
    assertThat(Files.readAllLines(one.resolve("metrics.jsonl")))
        .isEqualTo(Files.readAllLines(two.resolve("metrics.jsonl")))
        .hasSize(1 + 23 + 1);
    JsonNode timing = JSON.readTree(one.resolve("timings.jsonl"));
    assertThat(timing.path("train_s").asDouble()).isPositive();
    assertThat(timing.path("since_start_s").asDouble())
        .isGreaterThan(timing.path("train_s").asDouble());
    assertThat(Files.readString(one.resolve("recipe.yaml")))
        .isEqualTo(Files.readString(two.resolve("recipe.yaml")))
        .contains("seed: 7", "epochs: 1", "beta2: 0.999", "every_steps: 0");
    JsonNode manifest = JSON.readTree(two.resolve("manifest.json"));
    assertThat(manifest.path("threads").asInt()).isEqualTo(2);
    assertThat(manifest.path("data").path("sha256").asString()).matches("[0-9a-f]{64}");
  }

  @Test
  void resolvedRecipeTrainsTheSame() throws IOException {
    Path one = train("one");
    Path two = folder.resolve("two");
    assertThat(
            Cli.run("train", one.resolve("recipe.yaml").toString(), "--quiet", "--out", "" + two))
        .isEqualTo(new Cli(0, ""));
    assertThat(JSON.readTree(two.resolve("summary.json")).path("weights_sha256"))
        .isEqualTo(JSON.readTree(one.resolve("summary.json")).path("weights_sha256"));
  }

  @Test
  void refusesFolderOfAnotherRun() throws IOException {
    Path run = train("run");
    String before = Files.readString(run.resolve("summary.json"));
    Cli again = Cli.run("train", "--quiet", "--out", run.toString());
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.error()).contains("already holds a run").hasLineCount(1);
    assertThat(Files.readString(run.resolve("summary.json"))).isEqualTo(before);
  }

  @Test
  void evaluatesRun() throws IOException {
    Path run = train("run");
    JsonNode summary = JSON.readTree(run.resolve("summary.json"));
    JsonNode measured =
        JSON.readTree(Cli.output("eval", run.toString(), "--json", "--threads", "1"));
    for (String key :
        List.of(
            "test_accuracy",
            "test_top5_accuracy",
            "test_f1",
            "test_perplexity",
            "test_calibration_error",
            "test_loss",
            "weights_sha256")) {
      assertThat(summary.has(key)).as(key).isTrue();
      assertThat(measured.path(key)).as(key).isEqualTo(summary.path(key));
    }
    assertThat(measured.path("samples").asInt()).isEqualTo(355);
    assertThat(measured.path("confusion")).hasSize(10);
    assertThat(measured.path("reliability")).hasSize(15);
    assertThat(measured.has("test_r2")).isFalse();
  }

  @Test
  void infoShowsTheLayersOfARecipe() {
    String[] lines = Cli.output("info", "digits-mlp").split("\n");
    assertThat(lines[0]).containsPattern("layer +output +parameters +flops");
    assertThat(lines[lines.length - 1]).startsWith(" ").contains("all");
    assertThat(lines).anyMatch(line -> line.contains("Linear(64, "));
  }

  @Test
  void reportsDivergenceAsFailure() {
    Cli cli =
        Cli.run(
            "train",
            "--quiet",
            "--set",
            "optimizer={type: sgd, lr: 1.0e+30}",
            "--out",
            folder.resolve("run").toString());
    assertThat(cli.exitCode()).isEqualTo(1);
    assertThat(cli.error()).contains("is not finite").hasLineCount(1);
    assertThat(folder.resolve("run/summary.json")).doesNotExist();
  }

  private Path train(String name, String... more) {
    Path run = folder.resolve(name);
    String[] args =
        Stream.concat(
                Stream.of("train", "--quiet", "--epochs", "1", "--seed", "7", "--out", "" + run),
                Stream.of(more))
            .toArray(String[]::new);
    assertThat(Cli.run(args)).isEqualTo(new Cli(0, ""));
    return run;
  }
}
