package dev.lanewise.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs of their own: what signals and options of the JVM do. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(300)
class SignalTest {
  private static final int INTERRUPT = 2;

  @TempDir private Path folder;

  private static Process start(List<String> command, String... args) throws IOException {
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Whether this process, and so one that it starts, ignores SIGINT. */
  private static boolean ignoresInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("SigIgn:"))
          .map(line -> Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16))
          .anyMatch(mask -> (mask & 1L << (INTERRUPT - 1)) != 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void aSignalSavesACheckpointToGoOnFrom(String signal, int exitCode) throws Exception {
    assumeThat(signal.equals("INT") && ignoresInterrupts())
        .as("a shell that runs this in the background has it ignore Ctrl-C, and its children too")
        .isFalse();
    Path run = folder.resolve("run");
    Process process =
        start(ChildProcess.command(), "train", "--epochs=1000", "--threads=1", "--out=" + run);
    try (BufferedReader output = process.inputReader()) {
      assertThat(output.lines().anyMatch(line -> line.startsWith("epoch 1/1000"))).isTrue();
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
      assertThat(output.lines()).anyMatch(line -> line.startsWith("go on with: lanewise resume"));
    }
    assertThat(process.waitFor()).isEqualTo(exitCode);
    try (var checkpoints = Files.list(run.resolve("checkpoints"))) {
      assertThat(checkpoints).hasSize(1);
    }
    assertThat(Files.readString(run.resolve("summary.json"))).contains("\"interrupted\" : true");
    assertThat(Cli.output("verify", run.toString(), "--quiet", "--threads=2"))
        .startsWith("the same bits: ")
        .endsWith(" 2 saved weights\n");
  }

  static List<Arguments> longCommands() {
    return List.of(
        Arguments.of("mlp, batch 128: warming up", STEP),
        Arguments.of("FMA peak", GEMM),
        Arguments.of("digits-mlp: rates from", RATES));
  }

  private static final List<String> STEP =
      List.of("bench", "step", "mlp", "--seconds=3600", "--json=FILE");
  private static final List<String> GEMM =
      List.of("bench", "gemm", "--sizes=64", "--seconds=3600", "--json=FILE");
  private static final List<String> RATES = List.of("lr-find", "--steps=1000000", "--html=FILE");

  /** Each once its output has a line that begins with {@code line}. */
  @ParameterizedTest
  @MethodSource("longCommands")
  void aLongCommandEndsWithTheCodeOfCtrlC(String line, List<String> command) throws Exception {
    Path file = folder.resolve("file");
    String[] args =
        command.stream().map(arg -> arg.replace("FILE", file.toString())).toArray(String[]::new);
    interruptAfter(line, args);
    assertThat(file).doesNotExist();
  }

  @Test
  void ctrlCStopsAllRunsOfASweep() throws Exception {
    String[] args = {"sweep", "--grid=epochs=1,1000,2000", "--jobs=3", "--out=" + folder};
    assertThat(interruptAfter("[1/3] epochs=1  test", args))
        .endsWith("interrupted; go on with the same command\n");
    try (Stream<Path> runs = Files.list(folder)) {
      for (Path run : runs.filter(path -> path.toString().endsWith("000")).toList()) {
        assertThat(run.resolve("summary.json")).content().contains("\"interrupted\" : true");
        assertThat(run.resolve("checkpoints")).isDirectoryContaining("glob:**.safetensors");
      }
    }
  }

  /**
   * Starts a command and sends it Ctrl-C once its output has a line that begins with {@code line}.
   *
   * @return the output after that line
   */
  private static String interruptAfter(String line, String... args) throws Exception {
    assumeThat(ignoresInterrupts()).isFalse();
    Process process = start(ChildProcess.command(), args);
    String rest;
    try (BufferedReader output = process.inputReader()) {
      assertThat(output.lines().anyMatch(text -> text.startsWith(line))).isTrue();
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      rest = output.readAllAsString();
      assertThat(rest).doesNotContain("Exception");
    }
    assertThat(process.waitFor()).isEqualTo(Failures.INTERRUPTED);
    return rest;
  }

  @Test
  void missingHardwareFmaIsAnnounced() throws Exception {
    Process process = start(ChildProcess.command("-XX:-UseFMA"), "info");
    String output = process.inputReader().readAllAsString();
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output)
        .containsPattern("(?m)^fma +false$")
        .contains("WARNING: fma: this JVM has no hardware FMA");
  }
}
