package dev.lanewise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Recipes with the keys that few recipes have: they train, and verify finds the same bits. */
class TrainingFeaturesTest {
  private static final String RECIPE =
      """
      data: {source: digits, batch: 64}
      model: [{linear: 32}, relu, {spectral_norm: {layer: {linear: 32}}}, relu, {linear: classes}]
      loss: {type: cross_entropy, class_weights: balanced}
      optimizer: {type: adamw, lr: 0.01}
      epochs: 2
      """;

  @TempDir Path folder;

  private Cli train(String setting) throws IOException {
    Path recipe = Files.writeString(folder.resolve("r.yaml"), RECIPE);
    String run = folder.resolve("run").toString();
    return Cli.run("train", recipe.toString(), "--quiet", "--set", setting, "--out", run);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data.mix=[mixup]",
        "data.mix=[{type: mixup, alpha: 0.2, p: 0.5}, {type: cutmix, p: 0.5}]",
        "data.sample_weights=balanced",
        "data.sample_weights=[1, 1, 1, 1, 1, 1, 1, 1, 1, 5]",
        "data.augment=[{type: shift, by: 1}, crop, rotate, {type: cutout, size: 2}, noise]",
        "regularize=[l2, {type: gradient_penalty, factor: 0.01}]"
      })
  void trainsAndVerifies(String setting) throws IOException {
    assertThat(train(setting)).isEqualTo(new Cli(0, ""));
    JsonNode summary = JsonMapper.shared().readTree(folder.resolve("run").resolve("summary.json"));
    assertThat(summary.path("test_accuracy").asDouble()).isBetween(0.4, 1.0);
    String run = folder.resolve("run").toString();
    assertThat(Cli.run("verify", run)).isEqualTo(new Cli(0, ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "loss.class_weights=[1, 2] | found 2 class weights, expected 10, one for each of",
        "loss.class_weights=heavy | expected none, balanced or a list of numbers, one a class",
        "data.mix=[{type: mixup, alpha: 0}] | mixup: alpha: found 0.0, expected a number above 0",
        "data.mix=[cutmix] | cutmix needs images, not samples of shape",
        "regularize=[gradient_penalty, gradient_penalty] | found gradient_penalty twice"
      })
  void refusesWhatDoesNotFit(String setting, String message) throws IOException {
    // the table has one row a sample, so its samples are no images
    Cli cli =
        setting.contains("[cutmix]")
            ? Cli.run("train", "cancer-mlp", "--quiet", "--set", setting, "--out", "" + folder)
            : train(setting);
    assertThat(cli.error()).contains(message).hasLineCount(1);
    assertThat(cli.exitCode()).isEqualTo(2);
  }
}
