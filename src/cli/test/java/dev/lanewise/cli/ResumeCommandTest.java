package dev.lanewise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Resuming through the command line: a folder as a killed run leaves it ends as a whole one. */
class ResumeCommandTest {
  @TempDir private Path folder;

  private Path train() {
    Path run = folder.resolve("run");
    Cli cli =
        Cli.run(
            "train",
            "--epochs=2",
            "--quiet",
            "--set=checkpoint.every_steps=10",
            "--set=checkpoint.keep=3",
            "--out=" + run);
    assertThat(cli.error()).isEmpty();
    assertThat(cli.exitCode()).isZero();
    return run;
  }

  private static List<Path> checkpoints(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run.resolve("checkpoints"))) {
      return files.sorted().toList();
    }
  }

  /** The one file of events. */
  private static Path events(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run)) {
      List<Path> events =
          files.filter(file -> file.getFileName().toString().contains(".tfevents.")).toList();
      assertThat(events).hasSize(1);
      return events.getFirst();
    }
  }

  /** Leaves what was there some steps after the oldest checkpoint, the last line half written. */
  private static void kill(Path run) throws IOException {
    Files.delete(run.resolve("summary.json"));
    Files.delete(run.resolve("model.safetensors"));
    List<Path> files = checkpoints(run);
    assertThat(files).hasSize(3);
    Files.delete(files.get(2));
    byte[] newest = Files.readAllBytes(files.get(1));
    newest[newest.length / 2] ^= 4;
    Files.write(files.get(1), newest);
    byte[] metrics = Files.readAllBytes(run.resolve("metrics.jsonl"));
    Files.write(run.resolve("metrics.jsonl"), Arrays.copyOf(metrics, metrics.length - 9));
  }

  @Test
  void aKilledRunEndsAsAWholeOne() throws IOException {
    Path run = train();
    byte[] metrics = Files.readAllBytes(run.resolve("metrics.jsonl"));
    byte[] model = Files.readAllBytes(run.resolve("model.safetensors"));
    Path events = events(run);
    long eventBytes = Files.size(events);
    kill(run);

    Cli resumed = Cli.run("resume", "--quiet", run.toString());
    assertThat(resumed.exitCode()).isZero();
    assertThat(resumed.error())
        .startsWith("lanewise: passing over a damaged checkpoint: ")
        .hasLineCount(1);

    assertThat(events(run)).isEqualTo(events).hasSize(eventBytes);

    assertThat(Files.readAllBytes(run.resolve("metrics.jsonl"))).isEqualTo(metrics);
    assertThat(Files.readAllBytes(run.resolve("model.safetensors"))).isEqualTo(model);
    assertThat(run.resolve("summary.json")).exists();
  }

  @Test
  void theTraceOfAResumedRunIsTheRestOfTheWholeOne() throws IOException {
    Path run = train();
    kill(run);
    Path rest = folder.resolve("rest.trace");
    assertThat(Cli.run("resume", "--quiet", "--trace-hashes=" + rest, run.toString()).exitCode())
        .isZero();
    Path whole = folder.resolve("whole.trace");
    assertThat(Cli.outputOf("verify", "--quiet", "--trace-hashes=" + whole, run.toString()).cli())
        .isEqualTo(new Cli(0, ""));
    List<String> wholeLines = Files.readAllLines(whole);
    List<String> restLines = Files.readAllLines(rest);
    assertThat(restLines.get(1)).startsWith("20\t0\tbefore ");
    assertThat(wholeLines).endsWith(restLines.subList(1, restLines.size()).toArray(String[]::new));
    assertThat(Cli.output("trace-diff", whole.toString(), rest.toString()))
        .isEqualTo("the same bits: %,d results agree%n".formatted(restLines.size() - 1));
    assertThat(Cli.output("trace-diff", rest.toString(), whole.toString()))
        .startsWith("the same bits: ");
  }

  @Test
  void startsAgainWhereThereIsNoCheckpoint() throws IOException {
    Path run = train();
    byte[] metrics = Files.readAllBytes(run.resolve("metrics.jsonl"));
    kill(run);
    for (Path checkpoint : checkpoints(run)) {
      Files.delete(checkpoint);
    }
    assertThat(Cli.run("resume", "--quiet", run.toString()).exitCode()).isZero();
    assertThat(Files.readAllBytes(run.resolve("metrics.jsonl"))).isEqualTo(metrics);
  }

  @Test
  void refusesWhatCannotBeResumed() {
    Path run = train();
    Cli ended = Cli.run("resume", run.toString());
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.error()).contains("has ended: nothing is left to resume").hasLineCount(1);
    Cli none = Cli.run("resume", folder.resolve("none").toString());
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.error()).contains("holds no run").hasLineCount(1);
  }
}
