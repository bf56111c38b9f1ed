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
  }
}
