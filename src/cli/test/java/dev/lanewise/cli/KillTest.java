package dev.lanewise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Training processes that are killed (SIGKILL), at random moments and while a checkpoint is being
 * written, and resumed until they end: always with the bytes of a run that was left alone. {@code
 * -Dlanewise.soak=true} kills 200 times.
 */
@DisabledOnOs(OS.WINDOWS)
class KillTest {
  private static final int KILLS = Boolean.getBoolean("lanewise.soak") ? 200 : 5;

  @TempDir private Path folder;

  private final Random random = new Random(5);
  private int killed;
  private int whileWriting;

  private Process start(String... arguments) throws IOException {
    List<String> command = ChildProcess.command();
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  private Process train(Path run) throws IOException {
    return start(
        "train",
        "--epochs=1",
        "--quiet",
        "--threads=1",
        "--set=checkpoint.every_steps=2",
        "--set=checkpoint.keep=2",
        "--out=" + run);
  }

  private Process goOn(Path run) throws IOException {
    Path recipe = run.resolve("recipe.yaml");
    if (Files.exists(recipe) && Files.size(recipe) > 0) {
      return start("resume", "--quiet", "--threads=2", run.toString());
    }
    Files.deleteIfExists(recipe); // killed before it began
    return train(run);
  }

  /** Whether the process ended before it could be killed. */
  private boolean endsFirst(Process process, Path run, long milliseconds)
      throws IOException, InterruptedException {
    if (killed % 2 == 0) {
      if (process.waitFor(random.nextLong(milliseconds), TimeUnit.MILLISECONDS)) {
        return true;
      }
    } else {
      while (!isWriting(run.resolve("checkpoints"))) {
        if (!process.isAlive()) {
          return true;
        }
      }
      whileWriting++;
    }
    process.destroyForcibly().waitFor();
    killed++;
    return false;
  }

  private static boolean isWriting(Path checkpoints) throws IOException {
    try (DirectoryStream<Path> temporary = Files.newDirectoryStream(checkpoints, ".*.tmp")) {
      return temporary.iterator().hasNext();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return false;
    }
  }

  @Test
  void aRunThatIsKilledEndsAsOneThatWasNot() throws IOException, InterruptedException {
    Path whole = folder.resolve("whole");
    long start = System.nanoTime();
    Process undisturbed = train(whole);
    assertThat(undisturbed.waitFor()).as("exit code; see the log").isZero();
    long milliseconds = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    int runs = 0;
    while (killed < KILLS) {
      Path run = folder.resolve("run-" + runs++);
      boolean ended = false;
      while (!ended) {
        Process process = goOn(run);
        ended = killed < KILLS ? endsFirst(process, run, milliseconds) : process.waitFor() >= 0;
        if (ended && process.exitValue() != 0) {
          String log = Files.readString(folder.resolve("log"));
          assertThat(log).as("exit code %d", process.exitValue()).contains("has ended");
        }
      }
      assertSame(whole, run);
    }
    System.out.printf(
        "kill -9: %d injected (%d while a checkpoint was written), %d runs survived, 0 lost%n",
        killed, whileWriting, runs);
  }

  private static void assertSame(Path whole, Path run) throws IOException {
    for (String name : List.of("metrics.jsonl", "model.safetensors", "recipe.yaml")) {
      assertThat(run.resolve(name)).hasSameBinaryContentAs(whole.resolve(name));
    }
    assertThat(weights(run)).isEqualTo(weights(whole));
    try (Stream<Path> files = Files.walk(run)) {
      assertThat(files.filter(file -> file.toString().endsWith(".tmp"))).as("left over").isEmpty();
    }
  }

  private static String weights(Path run) throws IOException {
    return Files.readAllLines(run.resolve("summary.json")).stream()
        .filter(line -> line.contains("weights_sha256"))
        .findFirst()
        .orElseThrow();
  }
}
