package dev.lanewise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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

  private static final List<String> SEEDS = List.of("seed=1", "seed=2", "seed=3");

  /** Two epochs with three seeds, {@code jobs} at a time. */
  private String seeds(Path out, int jobs) {
    return Cli.output(
        "sweep",
        "--grid=seed=1,2,3",
        "--epochs=2",
        "--threads=2",
        "--set=checkpoint.every_steps=20",
        "--jobs=" + jobs,
        "--out=" + out);
  }

  /** The summary without what depends on threads and time. */
  private static List<String> summary(Path run) throws IOException {
    Pattern other = Pattern.compile("threads|samples_per_s|wall_s|peak_offheap_bytes");
    return Files.readAllLines(run.resolve("summary.json")).stream()
        .filter(other.asPredicate().negate())
        .toList();
  }

  private static void assertSame(Path sideBySide, Path oneByOne) throws IOException {
    for (String seed : SEEDS) {
      Path run = sideBySide.resolve(seed);
      for (String file : List.of("model.safetensors", "metrics.jsonl", "recipe.yaml")) {
        assertThat(run.resolve(file)).hasSameBinaryContentAs(oneByOne.resolve(seed).resolve(file));
      }
      assertThat(summary(run)).isNotEmpty().isEqualTo(summary(oneByOne.resolve(seed)));
    }
  }

  @Test
  void runsSideBySideEndWithTheSameBits() throws IOException {
    Path oneByOne = folder.resolve("one");
    Path sideBySide = folder.resolve("two");
    assertThat(seeds(oneByOne, 1)).contains("3 runs, 3 to train: 1 at a time, threads: 2 each");
    String output = seeds(sideBySide, 2);
    assertThat(output).contains("3 runs, 3 to train: 2 at a time, threads: 1 each");
    assertThat(output.lines().filter(line -> line.contains("[")))
        .hasSize(3)
        .allMatch(line -> line.matches("\\[./3\\] seed=.  test loss .* %, [0-9.]+ s"));
    assertSame(sideBySide, oneByOne);

    // as if it had been killed while the last two were training
    for (String seed : SEEDS.subList(1, 3)) {
      Files.delete(sideBySide.resolve(seed).resolve("summary.json"));
      Files.delete(sideBySide.resolve(seed).resolve("model.safetensors"));
    }
    assertThat(seeds(sideBySide, 8))
        .contains("3 runs, 2 to train: 2 at a time", "[1/3] seed=1  has ended before");
    assertSame(sideBySide, oneByOne);
  }

  @Test
  void tableHasTheOrderOfTheGrid() {
    assertThat(sweep("--grid=epochs=3,2,1", "--jobs=3"))
        .containsPattern("(?m)^run +epochs=3 +epochs=2 +epochs=1 *$");
  }

  @Test
  void aRunThatFailsDoesNotEndTheOthers() throws IOException {
    Files.writeString(folder.resolve("seed=1"), "no folder");
    Cli.Output output = Cli.outputOf("sweep", "--grid=seed=1,2", "--epochs=1", "--out=" + folder);
    assertThat(output.text())
        .contains("[1/2] seed=1  failed: cannot write to the output folder", "[2/2] seed=2  test ");
    assertThat(output.cli().exitCode()).isEqualTo(2);
    assertThat(output.cli().error()).contains("seed=1 is no folder").hasLineCount(1);
    assertThat(folder.resolve("seed=2").resolve("summary.json")).exists();
  }

  @Test
  void drawsSettingsAtRandom() throws IOException {
    String[] args = {
      "sweep",
      "--quiet",
      "--epochs=1",
      "--seed=7",
      "--log-range=optimizer.lr=0.001..0.01",
      "--grid=data.batch=32,64,128",
      "--out=" + folder,
      "--random=3"
    };
    assertThat(Cli.output(args)).contains("[3/3] data.batch=").doesNotContain("[4/");
    List<Path> runs = runs();
    assertThat(runs).hasSize(3);
    for (Path run : runs) {
      Matcher name =
          Pattern.compile("data.batch=(32|64|128),optimizer.lr=(0\\.00[1-9]\\d*|0\\.01)")
              .matcher(run.getFileName().toString());
      assertThat(name.matches()).as(run.toString()).isTrue();
      assertThat(run.resolve("recipe.yaml"))
          .content()
          .contains("batch: " + name.group(1) + "\n", "lr: " + name.group(2) + "\n");
      assertThat(run.resolve("summary.json")).exists();
    }

    args[args.length - 1] = "--random=4"; // the same draws and one more
    String output = Cli.output(args);
    assertThat(output.lines().filter(line -> line.endsWith("has ended before"))).hasSize(3);
    assertThat(runs()).hasSize(4).containsAll(runs);
  }

  private List<Path> runs() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isDirectory).toList();
    }
  }

  @Test
  void refusesBadSettingsBeforeAnyRun() throws IOException {
    Cli cli = Cli.run("sweep", "--out=" + folder, "--grid=optimizer.lr=0.01,x");
    assertThat(cli.exitCode()).isEqualTo(2);
    assertThat(cli.error()).contains("optimizer.lr").hasLineCount(1);
    assertThat(folder).isEmptyDirectory();
    assertThat(Cli.run("sweep", "--out=" + folder).error()).contains("expected --grid KEY=");
    assertThat(Cli.run("sweep", "--grid=seed=1,2", "--jobs=0").error())
        .contains("--jobs: found 0, expected at least 1");
  }

  @Test
  void refusesRunsOfAnotherRecipe() {
    sweep("--grid=seed=3", "--set=data.batch=32");
    Cli cli = Cli.run("sweep", "--out=" + folder, "--grid=seed=2,3");
    assertThat(cli.exitCode()).isEqualTo(2);
    assertThat(cli.error()).contains("holds a run of another recipe");
    assertThat(folder.resolve("seed=2")).doesNotExist();
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
