package dev.lanewise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps and searches for a learning rate, on the digits. */
class SweepCommandTest {
  @TempDir Path folder;

  private String sweep(String... grid) {
    String[] args = {"sweep", "--quiet", "--epochs=1", "--out=" + folder, grid[0], grid[1]};
    return Cli.output(args);
  }

  @Test
  void trainsEachSettingOnce() throws IOException {
    String output = sweep("--grid=optimizer.lr=0.01,0.0001", "--grid=data.batch=64");
    assertThat(output).contains("[2/2] optimizer.lr=0.0001,data.batch=64", "test_accuracy");
    Path good = folder.resolve("optimizer.lr=0.01,data.batch=64");
    Path bad = folder.resolve("optimizer.lr=0.0001,data.batch=64");
    assertThat(good.resolve("summary.json")).exists();
    assertThat(folder.resolve("compare.html")).exists();

    // as if the second run had been killed before its first checkpoint
    byte[] model = Files.readAllBytes(bad.resolve("model.safetensors"));
    Files.delete(bad.resolve("summary.json"));
    Files.delete(bad.resolve("model.safetensors"));
    FileTime ended = Files.getLastModifiedTime(good.resolve("summary.json"));
    assertThat(sweep("--grid=optimizer.lr=0.01,0.0001", "--grid=data.batch=64"))
        .contains("has ended before");
    assertThat(Files.getLastModifiedTime(good.resolve("summary.json"))).isEqualTo(ended);
    assertThat(Files.readAllBytes(bad.resolve("model.safetensors"))).isEqualTo(model);
  }

  @Test
  void drawsSettings() throws IOException {
    String[] args = {
      "sweep",
      "--quiet",
      "--epochs=1",
      "--out=" + folder,
      "--random=2",
      "--log-range",
      "optimizer.lr=1e-4..1e-2"
    };
    assertThat(Cli.output(args)).contains("[1/2] optimizer.lr=", "[2/2] optimizer.lr=");
    try (var runs = Files.list(folder)) {
      assertThat(runs.filter(run -> Files.exists(run.resolve("summary.json")))).hasSize(2);
    }
    assertThat(Cli.output(args)).containsSubsequence("has ended before", "has ended before");
  }

  @Test
  void goesOnWhereOneDiverges() {
    String output = sweep("--set=optimizer.type=sgd", "--grid=optimizer.lr=1.0e+30,0.05");
    assertThat(output).containsSubsequence("diverged: ", "unfinished", "done");
  }

  @Test
  void refusesBadSettingsBeforeAnyRun() throws IOException {
    Cli cli = Cli.run("sweep", "--out=" + folder, "--grid=optimizer.lr=0.01,x");
    assertThat(cli.exitCode()).isEqualTo(2);
    assertThat(cli.error()).contains("optimizer.lr").hasLineCount(1);
    assertThat(folder).isEmptyDirectory();
    assertThat(Cli.run("sweep", "--out=" + folder).error()).contains("expected --grid KEY=");
  }

  @Test
  void refusesRunsOfAnotherRecipe() {
    sweep("--grid=seed=3", "--set=data.batch=32");
    Cli cli = Cli.run("sweep", "--out=" + folder, "--grid=seed=3");
    assertThat(cli.exitCode()).isEqualTo(2);
    assertThat(cli.error()).contains("holds a run of another recipe");
  }

  @Test
  void findsALearningRate() throws IOException, InterruptedException {
    Path page = folder.resolve("rates.html");
    assertThat(Cli.output("lr-find", "--html=" + page))
        .containsPattern("the loss diverges at a rate of \\S+; suggested: 0\\.0\\d+")
        .contains("plot in " + page);
    assertThat(Cli.run("lr-find", "--steps=3").error()).contains("expected at least 10");
    Browser.required().look(page, "lr-find", 1);
  }
}
