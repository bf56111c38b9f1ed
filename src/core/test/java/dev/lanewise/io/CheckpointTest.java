package dev.lanewise.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  @TempDir private Path folder;

  private Path write(Scope scope) {
    Path file = folder.resolve("a.safetensors");
    Map<String, Tensor> tensors =
        Map.of("w", scope.of(new float[] {1, -0f, Float.NaN}, 3), "v", scope.of(new int[] {7}, 1));
    new Checkpoint(tensors, Map.of("step", "12", "note", "ä\n")).write(file);
    return file;
  }

  @Test
  void comesBackWhole() {
    try (Scope scope = Scope.open()) {
      Checkpoint read = Checkpoint.read(write(scope), scope);
      assertThat(read.require("step")).isEqualTo("12");
      assertThat(read.state()).containsEntry("note", "ä\n").hasSize(2);
      assertThat(read.tensors().get("w").toFloats()).containsExactly(1, -0f, Float.NaN);
      assertThat(read.tensors().get("v").toInts()).containsExactly(7);
    }
  }

  @Test
  void everyFlippedByteAndEveryCutIsNoticed() throws IOException {
    try (Scope scope = Scope.open()) {
      Path file = write(scope);
      byte[] good = Files.readAllBytes(file);
      int refused = 0;
      for (int i = 0; i < good.length; i++) {
        byte[] bad = good.clone();
        bad[i] ^= 1;
        refused += refuses(bad) ? 1 : 0;
        refused += refuses(Arrays.copyOf(good, i)) ? 1 : 0;
      }
      System.out.printf("damaged checkpoints: %d tried, %d refused%n", 2 * good.length, refused);
      assertThat(refused).isEqualTo(2 * good.length);
    }
  }

  private boolean refuses(byte[] content) throws IOException {
    Path file = folder.resolve("bad.safetensors");
    Files.write(file, content);
    try (Scope scope = Scope.open()) {
      Checkpoint.read(file, scope);
      return false;
    } catch (CorruptCheckpointException e) {
      return true;
    }
  }

  @Test
  void aPlainSafetensorsFileIsNoCheckpoint() {
    try (Scope scope = Scope.open()) {
      Path file = folder.resolve("plain.safetensors");
      SafeTensors.write(file, Map.of("w", scope.scalar(1f)), Map.of());
      assertThatThrownBy(() -> Checkpoint.read(file, scope))
          .isInstanceOf(CorruptCheckpointException.class)
          .hasMessageContaining("expected lanewise-checkpoint-v1");
    }
  }
}
