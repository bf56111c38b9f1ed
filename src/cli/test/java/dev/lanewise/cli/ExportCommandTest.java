package dev.lanewise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
  @TempDir Path folder;

  @Test
  void writesAnOnnxFileThatNormalizesItsInput() throws IOException {
    String run = folder.resolve("run").toString();
    Path file = folder.resolve("model.onnx");
    Cli.output("train", "--epochs", "1", "--quiet", "--out", run);
    assertThat(Cli.output("export", run, "--onnx", file.toString())).isEmpty();
    byte[] bytes = Files.readAllBytes(file);
    assertThat(bytes).startsWith(8, 8);
    assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
        .contains("lanewise", "normalizer.shift", "Gemm", "batch");
  }

  @Test
  void saysWhatIsMissing() {
    String nothing = folder.resolve("nothing").toString();
    Cli noRun = Cli.run("export", nothing, "--onnx", folder.resolve("m.onnx").toString());
    assertThat(noRun.exitCode()).isEqualTo(2);
    assertThat(noRun.error()).contains("holds no finished run");
    Cli noFile = Cli.run("export", nothing);
    assertThat(noFile.exitCode()).isEqualTo(2);
    assertThat(noFile.error()).contains("--onnx");
  }
}
