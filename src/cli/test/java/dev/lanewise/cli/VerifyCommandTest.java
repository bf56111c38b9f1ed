package dev.lanewise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.io.Checkpoint;
import dev.lanewise.tensor.Scope;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Holding a run against its record, and finding what was changed in the record. */
class VerifyCommandTest {
  @TempDir private static Path shared;

  @TempDir private Path folder;

  @BeforeAll
  static void train() {
    assertThat(
            Cli.run(
                "train",
                "--epochs=2",
                "--quiet",
                "--set=checkpoint.every_steps=10",
                "--set=checkpoint.keep=4",
                "--set=data.batch=128",
                "--out=" + shared.resolve("run")))
        .isEqualTo(new Cli(0, ""));
  }

  /** A copy of the run that may be changed. */
  private Path copy(String name) throws IOException {
    Path from = shared.resolve("run");
    Path to = folder.resolve(name);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
    return to;
  }

  /** What a comparison that must find a difference writes. */
  private static String differs(String... args) {
    Cli.Output run = Cli.outputOf(args);
    assertThat(run.cli()).isEqualTo(new Cli(1, ""));
    return run.text();
  }

  private static void replace(Path file, String before, String after) throws IOException {
    String text = Files.readString(file);
    assertThat(text).containsOnlyOnce(before);
    Files.writeString(file, text.replace(before, after));
  }

  /** Changes the lowest bit of the last element. */
  private static void flipLastElement(Path model) throws IOException {
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length - 4] ^= 1;
    Files.write(model, bytes);
  }

  @Test
  void aRunGivesTheSameBitsWithOtherThreads() {
    assertThat(Cli.output("verify", shared.resolve("run").toString(), "--threads=3"))
        .contains("epoch 2/2")
        .endsWith("the same bits: compared 24 steps, 2 epochs, 3 saved weights\n");
  }

  @Test
  void theExampleRunInTheRepositoryGivesTheSameBitsHere() {
    Path example = Path.of("../../results/example-run");
    assertThat(Cli.output("verify", example.toString()))
        .endsWith("the same bits: compared 69 steps, 3 epochs, 1 saved weights\n");
  }

  @Test
  void aPrefixIsCompared() {
    assertThat(Cli.output("verify", "" + shared.resolve("run"), "--steps=11", "--quiet"))
        .isEqualTo("the same bits: compared 11 steps, 0 epochs, 1 saved weights\n");
  }

  @Test
  void findsALossThatWasChanged() throws IOException {
    Path run = copy("run");
    List<String> lines = Files.readAllLines(run.resolve("metrics.jsonl"));
    String line = lines.get(1 + 5);
    assertThat(line).contains("\"step\":5,");
    String loss = line.replaceFirst(".*\"loss\":([^,]*),.*", "$1");
    double other = Math.nextUp(Double.parseDouble(loss));
    replace(run.resolve("metrics.jsonl"), line, line.replace(loss, Double.toString(other)));
    assertThat(differs("verify", run.toString(), "--quiet"))
        .startsWith("differs: step 5, loss\n")
        .contains("recorded: %s (0x%016x)".formatted(other, Double.doubleToLongBits(other)))
        .contains(
            "here:     %s (0x%016x)"
                .formatted(loss, Double.doubleToLongBits(Double.parseDouble(loss))))
        .contains("the saved weights agree")
        .contains("compared 10 steps");
  }

  @Test
  void findsABitOfTheModelThatWasChanged() throws IOException {
    Path run = copy("run");
    flipLastElement(run.resolve("model.safetensors"));
    assertThat(differs("verify", run.toString(), "--quiet"))
        .containsPattern(
            "differs: trained model, 6\\.weight\\[9, 63\\]\n +recorded: \\S+ \\(0x[0-9a-f]{8}\\)")
        .contains("not the same bits: compared 24 steps, 2 epochs, 3 saved weights");
    assertThat(differs("verify", run.toString(), "--against", shared.resolve("run").toString()))
        .contains("differs: trained model, ");
  }

  @Test
  void findsABitOfTheOptimizerThatWasChanged() throws IOException {
    Path run = copy("run");
    Path file = run.resolve("checkpoints/step-0000000020.safetensors");
    String slot;
    try (Scope scope = Scope.open()) {
      Checkpoint checkpoint = Checkpoint.read(file, scope);
      slot =
          checkpoint.tensors().keySet().stream()
              .filter(name -> name.startsWith("optimizer.") && name.endsWith("1.weight"))
              .findFirst()
              .orElseThrow();
      MemorySegment bytes = checkpoint.tensors().get(slot).segment();
      bytes.set(
          ValueLayout.JAVA_BYTE, 65 * 4, (byte) (bytes.get(ValueLayout.JAVA_BYTE, 65 * 4) ^ 1));
      checkpoint.write(file);
    }
    assertThat(differs("verify", run.toString(), "--quiet"))
        .startsWith("differs: after step 19, " + slot + "[1, 1]\n")
        .containsPattern("recorded: \\S+ \\(0x[0-9a-f]{8}\\)")
        .contains("not the same bits: compared 20 steps, 1 epochs, 2 saved weights");
  }

  @Test
  void findsAnotherSeed() throws IOException {
    Path run = copy("run");
    replace(run.resolve("recipe.yaml"), "seed: 1\n", "seed: 2\n");
    assertThat(differs("verify", run.toString(), "--quiet"))
        .contains("differs: step 0, loss")
        .containsPattern("differs: after step 9, parameters\\.\\S+\\[0(, 0)?\\]")
        .contains("compared 10 steps");
  }

  @Test
  void comparesTwoRecords() throws IOException {
    Path run = copy("run");
    assertThat(Cli.output("verify", run.toString(), "--against=" + shared.resolve("run")))
        .isEqualTo("the same bits: compared 24 steps, 2 epochs, 3 saved weights\n");
    Path metrics = run.resolve("metrics.jsonl");
    List<String> lines = Files.readAllLines(metrics);
    Files.write(metrics, lines.subList(0, lines.size() - 3));
    assertThat(differs("verify", run.toString(), "--against=" + shared.resolve("run")))
        .contains("differs: after 22 steps", "ends", "step 22");
  }

  @Test
  void strictGoesOnOnAnotherMachineUnderTheSameSpecifications() throws IOException {
    Path run = copy("run");
    Path manifest = run.resolve("manifest.json");
    String text = Files.readString(manifest);
    Files.writeString(
        manifest,
        text.replaceAll("\"(jdk|cpu|arch|vector_bits|lanewise)\" : \"[^\"]*\"", "\"$1\" : \"x\""));
    assertThat(Cli.output("verify", run.toString(), "--steps=3", "--quiet"))
        .startsWith("the same bits");
    Files.writeString(manifest, text.replace("gemm-v1", "gemm-v0"));
    Cli other = Cli.run("verify", run.toString(), "--steps=3");
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.error())
        .contains("fingerprint: gemm was \"gemm-v0\" when the run was made and is \"gemm-v1\"")
        .hasLineCount(1);
    assertThat(Cli.output("verify", run.toString(), "--steps=3", "--quiet", "--ignore-fingerprint"))
        .startsWith("the same bits");
  }

  @Test
  void fastRefusesAnotherMachineByNamingTheField() throws IOException {
    Path run = folder.resolve("fast");
    assertThat(
            Cli.run("train", "--epochs=1", "--quiet", "--mode=fast", "--threads=1", "--out=" + run))
        .isEqualTo(new Cli(0, ""));
    for (int threads = 2; threads <= 3; threads++) {
      assertThat(Cli.output("verify", run.toString(), "--quiet", "--threads=" + threads))
          .startsWith("the same bits: compared 23 steps, 1 epochs, 1 saved weights");
    }
    Path manifest = run.resolve("manifest.json");
    String text = Files.readString(manifest);
    Files.writeString(
        manifest, text.replaceFirst("\"matmul\" : \"[^\"]*\"", "\"matmul\" : \"core Zen\""));
    Cli other = Cli.run("verify", run.toString());
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.error())
        .contains("fingerprint: matmul was \"core Zen\" when the run was made")
        .hasLineCount(1);
  }

  @Test
  @EnabledIfSystemProperty(named = "os.arch", matches = "amd64|x86_64")
  @DisabledIfSystemProperty(named = "lanewise.openblas", matches = ".+")
  void fastRefusesAnotherCoreOfOpenBlasByName() throws Exception {
    Path run = folder.resolve("fast");
    for (String core : List.of("Haswell", "Sandybridge")) {
      List<String> command = ChildProcess.command();
      command.addAll(
          core.equals("Haswell")
              ? List.of("train", "--epochs=1", "--mode=fast", "--quiet", "--out=" + run)
              : List.of("verify", "--quiet", run.toString()));
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("OPENBLAS_CORETYPE", core);
      Process process = builder.start();
      String output = process.inputReader().readAllAsString();
      assertThat(process.waitFor()).as(output).isEqualTo(core.equals("Haswell") ? 0 : 2);
      if (process.exitValue() != 0) {
        assertThat(output)
            .containsPattern("fingerprint: matmul was \".*core Haswell.*\" when the run was made")
            .contains("core Sandybridge");
      }
    }
  }

  @Test
  void refusesWhatHoldsNoRecord() throws IOException {
    Cli none = Cli.run("verify", folder.resolve("none").toString());
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.error()).contains("holds no record of a run").hasLineCount(1);
    Path run = copy("run");
    String manifest = Files.readString(run.resolve("manifest.json"));
    Files.writeString(
        run.resolve("manifest.json"),
        manifest.replaceFirst("\"sha256\" : \"[^\"]*\"", "\"sha256\" : \"0\""));
    Cli data = Cli.run("verify", run.toString());
    assertThat(data.exitCode()).isEqualTo(2);
    assertThat(data.error()).contains("the data are not those of the run").hasLineCount(1);
    Files.writeString(run.resolve("manifest.json"), "{");
    Cli damaged = Cli.run("verify", run.toString());
    assertThat(damaged.exitCode()).isEqualTo(2);
    assertThat(damaged.error()).contains("manifest.json").hasLineCount(1);
  }
}
