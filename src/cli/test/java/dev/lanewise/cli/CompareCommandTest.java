package dev.lanewise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs side by side, as a table and as a page. */
class CompareCommandTest {
  @TempDir Path folder;

  private Path train(String name, String... more) {
    Path run = folder.resolve(name);
    Stream<String> args = Stream.of("train", "--quiet", "--epochs=2", "--out=" + run);
    assertThat(Cli.run(Stream.concat(args, Stream.of(more)).toArray(String[]::new)))
        .isEqualTo(new Cli(0, ""));
    return run;
  }

  @Test
  void showsWhatDiffersAndHowItEnded() throws IOException, InterruptedException {
    Path slow = train("slow", "--set=optimizer.lr=0.0001");
    Path other = train("other", "--set=optimizer={type: sgd, lr: 0.05}", "--set=name=x");
    Files.delete(other.resolve("summary.json"));
    Path page = folder.resolve("page.html");

    Map<String, String> rows = new LinkedHashMap<>();
    Cli.output("compare", "" + slow, "" + other, "--html", "" + page)
        .lines()
        .forEach(line -> rows.put(line.substring(0, line.indexOf(" ")), line));

    assertThat(rows.keySet())
        .startsWith("run", "state", "optimizer.type", "optimizer.lr")
        .contains("optimizer.momentum", "test_accuracy", "samples_per_s", "weights")
        .doesNotContain("name", "seed");
    assertThat(rows.get("run").split("\\s+")).containsExactly("run", "slow", "other");
    assertThat(rows.get("state")).containsSubsequence("done", "unfinished");
    assertThat(rows.get("optimizer.type")).containsSubsequence("adamw", "sgd");
    assertThat(rows.get("optimizer.lr")).containsSubsequence("1.0E-4", "0.05");
    JsonNode summary = JsonMapper.shared().readTree(slow.resolve("summary.json"));
    assertThat(rows.get("weights"))
        .endsWith(summary.path("weights_sha256").asString().substring(0, 8));
    assertThat(Files.readString(page)).contains("default-src 'none'", "\"settings\"");

    int afterEpochs = 5; // loss and accuracy of training and validation, throughput
    int stepByStep = 4;
    Browser.required().look(page, "compare", afterEpochs + stepByStep);
  }

  @Test
  void refusesWhatIsNoRun() {
    Path run = train("run");
    Cli cli = Cli.run("compare", run.toString(), folder.toString());
    assertThat(cli.exitCode()).isEqualTo(2);
    assertThat(cli.error()).contains("holds no run").hasLineCount(1);
    assertThat(Cli.run("compare", run.toString()).exitCode()).isEqualTo(2);
  }
}
