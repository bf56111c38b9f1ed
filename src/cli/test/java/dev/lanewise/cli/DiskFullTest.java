package dev.lanewise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A disk that takes no checkpoint any more, by the limit of the shell on the size of files. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class DiskFullTest {
  /** In KiB: room for the metrics, none for a checkpoint. */
  private static final int LIMIT = 60;

  @TempDir private Path folder;

  private Path interrupted() throws IOException {
    Path run = folder.resolve("run");
    Cli cli =
        Cli.run(
            "train",
            "--epochs=1",
            "--quiet",
            "--set=checkpoint.every_steps=6",
            "--set=checkpoint.keep=3",
            "--out=" + run);
    assertThat(cli.error()).isEmpty();
    return run;
  }

  private static List<Path> files(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run.resolve("checkpoints"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void theRunGoesOnWithoutCheckpointsIfTheRecipeSaysSo() throws IOException, InterruptedException {
    Path run = interrupted();
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.writeString(other.resolve("checkpoints"), "in the way");
    List<String> command = ChildProcess.command();
    command.addAll(List.of("train", "--epochs=1", "--quiet", "--set=checkpoint.every_steps=6"));
    command.addAll(List.of("--set=checkpoint.on_failure=continue", "--out=" + other));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> output = process.inputReader().readAllAsString().lines().toList();
    assertThat(process.waitFor()).as(output.toString()).isZero();
    assertThat(output.stream().filter(line -> line.startsWith("lanewise: ")))
        .hasSize(23 / 6)
        .containsOnly(
            "lanewise: going on without a checkpoint: cannot write a checkpoint to %s: it is not a folder"
                .formatted(other.resolve("checkpoints")));
    assertThat(weights(other)).isEqualTo(weights(run)).hasSize(1);
    assertThat(other.resolve("checkpoints")).hasContent("in the way");
    survived("checkpoints in the way, run goes on");
  }

  @Test
  void theRunEndsWhereACheckpointCannotBeWritten() throws IOException {
    Path run = Files.createDirectories(folder.resolve("run"));
    Files.writeString(run.resolve("checkpoints"), "in the way");
    Cli stopped =
        Cli.run("train", "--epochs=1", "--quiet", "--set=checkpoint.every_steps=6", "--out=" + run);
    assertThat(stopped.exitCode()).isEqualTo(1);
    assertThat(stopped.error()).contains(": it is not a folder").hasLineCount(1);
    survived("checkpoints in the way, run ends");
  }

  /** What {@code bench/soak.sh} counts. */
  private static void survived(String name) {
    System.out.println(name + ": 1 injected, 1 survived, 0 lost");
  }

  private static List<String> weights(Path run) throws IOException {
    return Files.readAllLines(run.resolve("summary.json")).stream()
        .filter(line -> line.contains("weights_sha256"))
        .toList();
  }

  private int resumeWithLimit(Path run, Path log) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("sh", "-c", "ulimit -f " + 2 * LIMIT + "; exec \"$@\"", "sh"));
    command.addAll(ChildProcess.command("-XX:-UsePerfData"));
    command.addAll(List.of("resume", "--quiet", run.toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start()
        .waitFor();
  }

  @Test
  void theRunEndsWithItsLastCheckpointAndGoesOnOnceThereIsRoom()
      throws IOException, InterruptedException {
    Path run = interrupted();
    byte[] metrics = Files.readAllBytes(run.resolve("metrics.jsonl"));
    byte[] model = Files.readAllBytes(run.resolve("model.safetensors"));
    Files.delete(run.resolve("summary.json"));
    Files.delete(run.resolve("model.safetensors"));
    List<Path> all = files(run);
    Files.delete(all.get(1));
    Files.delete(all.get(2));
    byte[] checkpoint = Files.readAllBytes(all.getFirst());

    Path log = folder.resolve("log");
    assertThat(resumeWithLimit(run, log)).isEqualTo(1);
    assertThat(Files.readString(log)).contains("lanewise: cannot write").contains("too large");
    assertThat(files(run)).containsExactly(all.getFirst());
    assertThat(all.getFirst()).hasBinaryContent(checkpoint);

    assertThat(Cli.run("resume", "--quiet", run.toString()).exitCode()).isZero();
    assertThat(run.resolve("metrics.jsonl")).hasBinaryContent(metrics);
    assertThat(run.resolve("model.safetensors")).hasBinaryContent(model);
    survived("disk full");
  }
}
