package dev.lanewise.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccuracyTest {
  @TempDir Path folder;

  private Path run(String recipe, String figures, double wallS) throws IOException {
    Path run = Files.createTempDirectory(folder, recipe);
    Files.writeString(
        run.resolve("summary.json"),
        """
        {"recipe": "%s", %s, "interrupted": false, "seed": 3, "threads": 2, "wall_s": %s, "weights_sha256": "abc"}
        """
            .formatted(recipe, figures, wallS));
    Files.writeString(
        run.resolve("manifest.json"), "{\"machine\": {\"jdk\": \"25\", \"cpu\": \"some\"}}");
    return run;
  }

  private Accuracy.Entry record(Path run) throws IOException {
    return Accuracy.record(run, folder.resolve("results"), "c0ffee", "./lanewise train ...");
  }

  private Accuracy.Book book() {
    return Results.MAPPER.readValue(folder.resolve("results/accuracy.json"), Accuracy.Book.class);
  }

  @Test
  void entriesOfOtherRecipesStay() throws IOException {
    Accuracy.Entry cnn = record(run("mnist-cnn", "\"test_accuracy\": 0.99", 70));
    record(run("digits-mlp", "\"test_accuracy\": 0.95", 1));
    Accuracy.Entry digits = record(run("digits-mlp", "\"test_accuracy\": 0.97", 1));
    assertThat(book().entries()).containsExactly(digits, cnn);
    assertThat(folder.resolve("results/accuracy.md"))
        .content()
        .contains("| digits-mlp | test_accuracy **0.9700** | >= 0.96 | 3 | `abc` | 1 s | 2 |")
        .contains("| mnist-cnn | test_accuracy **0.9900** | >= 0.99 | 3 |");
  }

  @Test
  void aBoundIsAtLeastOrBelow() throws IOException {
    String folds = "\"cross_validation\": {\"folds\": 10, \"mean\": %s}";
    assertThat(record(run("cancer-mlp", folds.formatted(0.96), 9)).holds()).isTrue();
    assertThat(record(run("cancer-mlp", folds.formatted(0.9599), 9)).holds()).isFalse();
    assertThat(record(run("char-gpt", "\"test_loss\": 1.479", 600)).holds()).isTrue();
    assertThat(record(run("char-gpt", "\"test_loss\": 1.48", 600)).holds()).isFalse();
    assertThat(record(run("char-gpt", "\"test_loss\": 1.4", 600.1)).holds()).isFalse();
    assertThat(folder.resolve("results/accuracy.md"))
        .content()
        .contains("test_loss **1.4000** MISSED | < 1.48 within 600 s |");
  }

  @Test
  void aRunWithoutItsFigureIsRefused() throws IOException {
    Path other = run("char-lstm", "\"test_loss\": 1.4", 1);
    assertThatThrownBy(() -> record(other)).hasMessageContaining("no promise for \"char-lstm\"");
    Path without = run("cancer-mlp", "\"test_accuracy\": 0.99", 1);
    assertThatThrownBy(() -> record(without)).hasMessageContaining("cross_validation/mean");
    assertThat(folder.resolve("results")).doesNotExist();
  }
}
