package dev.lanewise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictCommandTest {
  @TempDir Path folder;

  private Path train(String recipe) throws IOException {
    Path file = Files.writeString(folder.resolve("recipe.yaml"), recipe);
    Path run = folder.resolve("run");
    Cli cli = Cli.run("train", file.toString(), "--out", run.toString(), "--quiet");
    assertThat(cli.exitCode()).as(cli.error()).isZero();
    return run;
  }

  @Test
  void imagesAreClassified() throws IOException {
    Path run =
        train(
            """
            data: {source: digits, batch: 64, augment: [{type: shift, by: 1}, cutout]}
            model:
              - conv2d: {filters: 4, kernel: 3, padding: 1}
              - batch_norm
              - relu
              - max_pool2d: 2
              - flatten
              - linear: classes
            epochs: 1
            """);
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
    Path png = folder.resolve("x.png");
    ImageIO.write(image, "png", png.toFile());
    assertThat(Cli.output("predict", run.toString(), png.toString()))
        .containsPattern("x\\.png  \\d  \\d+\\.\\d %");
    assertThat(Cli.output("predict", run.toString(), png.toString(), "--json"))
        .contains("\"label\":\"")
        .contains("\"probability\":0.");

    Path large = folder.resolve("large.png");
    ImageIO.write(new BufferedImage(9, 8, BufferedImage.TYPE_INT_RGB), "png", large.toFile());
    refused(run, large, "found an image of 8 x 9 pixels, but the model takes samples of shape");
    refused(run, Files.writeString(folder.resolve("y.png"), "x"), "is no PNG or JPEG image");
    refused(run, folder.resolve("none.png"), "is missing or no file");
    refused(run, Files.writeString(folder.resolve("z.csv"), "1,2\n"), "found 2 columns, but the");
  }

  private static void refused(Path run, Path file, String message) {
    Cli cli = Cli.run("predict", run.toString(), file.toString());
    assertThat(cli.error()).contains(message);
    assertThat(cli.exitCode()).isEqualTo(2);
  }

  @Test
  void rowsOfATableAreRead() throws IOException {
    StringBuilder rows = new StringBuilder("size,colour,price\n");
    for (int i = 0; i < 60; i++) {
      rows.append("%d,%s,%d%n".formatted(i % 7, i % 2 == 0 ? "red" : "blue", 100 + 10 * (i % 7)));
    }
    Path data = Files.writeString(folder.resolve("data.csv"), rows);
    Path run =
        train(
            """
            data: {source: csv, path: %s, batch: 8, folds: 3, table: {target: price, classes: false}}
            model: [{linear: 1}]
            loss: mse
            optimizer: {type: adamw, lr: 0.1}
            epochs: 20
            """
                .formatted(data));
    assertThat(Files.readString(run.resolve("summary.json")))
        .contains("\"test_r2\" : 0.9", "\"folds\" : 3");
    Path wanted = Files.writeString(folder.resolve("rows.csv"), "colour,size\nred,0\nblue,6\n");
    List<String> lines = Cli.output("predict", run.toString(), wanted.toString()).lines().toList();
    assertThat(lines.getFirst()).contains("rows.csv:1  ");
    String second = lines.get(1);
    String value = second.substring(second.lastIndexOf("  ")).strip();
    assertThat(Double.parseDouble(value)).isBetween(150.0, 170.0);
    refused(run, Files.writeString(folder.resolve("no.csv"), "size\n1\n"), "no column \"colour\"");
  }

  @Test
  void textsAreWrittenOn() throws IOException {
    Path text = Files.writeString(folder.resolve("text.txt"), "the whale and the sea. ".repeat(60));
    Path run =
        train(
            """
            data: {source: text, path: %s, batch: 8, text: {context: 16}}
            model:
              - embedding: 8
              - positional_embedding
              - transformer: {heads: 2, causal: true}
              - linear: classes
            epochs: 1
            """
                .formatted(text));
    String written = Cli.output("predict", run.toString(), "--prompt", "the ", "--tokens", "20");
    assertThat(written).startsWith("the ").hasSize(4 + 20 + System.lineSeparator().length());
    assertThat(Cli.output("predict", run.toString(), "--prompt", "the ", "--tokens", "20"))
        .isEqualTo(written);
    Cli unknown = Cli.run("predict", run.toString(), "--prompt", "Ahab");
    assertThat(unknown.error()).contains("the character \"A\" (U+0041) is not in the vocabulary");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(Cli.run("predict", run.toString()).error()).contains("name files to predict");
  }

  @Test
  void textsOfBytePairsAreWrittenOn() throws IOException {
    Path text = Files.writeString(folder.resolve("text.txt"), "the whale and the sea. ".repeat(60));
    Path run =
        train(
            """
            data: {source: text, path: %s, batch: 8, text: {context: 16, vocabulary: 24}}
            model: [{embedding: 8}, {lstm: 8}, {linear: classes}]
            epochs: 1
            """
                .formatted(text));
    Files.delete(text); // the tokens are kept with the model
    String written = Cli.output("predict", run.toString(), "--prompt", "the wh", "--tokens", "20");
    // tokens of several characters are longer than their number
    assertThat(written).startsWith("the wh").hasSizeGreaterThan(6 + 20 + 1);
    assertThat(Cli.run("predict", run.toString(), "--prompt", "Ahab").exitCode()).isEqualTo(2);
  }
}
