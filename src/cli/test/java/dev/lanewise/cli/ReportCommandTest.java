package dev.lanewise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The page that shows a run, as {@code train} writes it and {@code report} writes it anew. */
class ReportCommandTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Pattern DATA =
      Pattern.compile("<script type=\"application/json\" id=\"data\">\\R(.*)\\R</script>");

  @TempDir Path folder;

  private Path train(String... more) {
    Path run = folder.resolve("run");
    Stream<String> args = Stream.of("train", "--quiet", "--epochs=2", "--out=" + run);
    assertThat(Cli.run(Stream.concat(args, Stream.of(more)).toArray(String[]::new)))
        .isEqualTo(new Cli(0, ""));
    return run;
  }

  private static JsonNode data(Path page) throws IOException {
    Matcher matcher = DATA.matcher(Files.readString(page));
    assertThat(matcher.find()).isTrue();
    return JSON.readTree(matcher.group(1));
  }

  @Test
  void showsWhatTheRunMeasured() throws IOException {
    Path run = train();
    JsonNode data = data(run.resolve("report.html"));
    JsonNode summary = JSON.readTree(run.resolve("summary.json"));

    assertThat(data.path("summary")).isEqualTo(summary);
    assertThat(data.path("recipe").asString())
        .isEqualTo(Files.readString(run.resolve("recipe.yaml")));
    assertThat(data.path("manifest")).isEqualTo(JSON.readTree(run.resolve("manifest.json")));
    for (String key : new String[] {"loss", "accuracy", "lr", "grad_norm"}) {
      assertThat(data.at("/curves/steps/" + key + "/y").size()).as(key).isEqualTo(46);
    }
    assertThat(data.at("/curves/epochs/samples_per_s/x").toString()).isEqualTo("[23.0,46.0]");

    JsonNode classes = data.at("/findings/classes");
    int right = 0;
    int all = 0;
    for (int truth = 0; truth < 10; truth++) {
      right += classes.at("/confusion/" + truth + "/" + truth).asInt();
      for (JsonNode count : classes.at("/confusion/" + truth)) {
        all += count.asInt();
      }
    }
    assertThat(all).isEqualTo(355);
    assertThat(right / 355.0).isEqualTo(summary.path("test_accuracy").asDouble());
    int binned = 0;
    for (JsonNode bin : classes.path("calibration")) {
      binned += bin.path("count").asInt();
    }
    assertThat(binned).isEqualTo(355);
    assertThat(classes.path("mistakes").size()).isEqualTo(Math.min(24, 355 - right)).isPositive();
    assertThat(classes.at("/mistakes/0/image").asString()).startsWith("data:image/png;base64,");
    assertThat(data.at("/findings/weights").size()).isEqualTo(6);
    assertThat(data.at("/findings/activations/0/name").asString()).isEqualTo("1 Linear(64, 128)");
  }

  @Test
  void standsAlone() throws IOException {
    String page = Files.readString(train().resolve("report.html"));
    assertThat(page)
        .contains("default-src 'none'", "The MIT License (MIT)", "prefers-color-scheme: dark")
        .doesNotContainPattern("(src|href)\\s*=\\s*[\"']?(https?:)?//")
        .doesNotContain("sourceMappingURL", "/*DATA*/");
  }

  @Test
  void namesCannotBreakOutOfThePage() throws IOException {
    String name = "</script><script>alert(1)</script><!--";
    Path run = train("--set=name='" + name + "'");
    assertThat(Files.readString(run.resolve("report.html"))).doesNotContain("<script>alert");
    assertThat(data(run.resolve("report.html")).path("name").asString()).isEqualTo(name);
  }

  @Test
  void isWrittenAnew() throws IOException {
    Path run = train();
    Path page = run.resolve("report.html");
    JsonNode before = data(page);
    Files.delete(page);
    assertThat(Cli.output("report", run.toString())).contains("report in " + page);
    assertThat(data(page)).isEqualTo(before);
    assertThat(Cli.run("report", folder.toString()).error()).contains("holds no finished run");
  }

  @Test
  void looksRightInABrowser() throws IOException, InterruptedException {
    Browser browser = Browser.required();
    int training = 5;
    int calibration = 2;
    int histograms = 6 + 5;
    browser.look(train().resolve("report.html"), "report", training + calibration + histograms);
  }
}
