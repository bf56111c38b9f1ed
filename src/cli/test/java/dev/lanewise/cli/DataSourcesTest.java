package dev.lanewise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.io.Npy;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Recipes over the user's own images and arrays, from training to prediction. */
class DataSourcesTest {
  @TempDir Path folder;

  private Cli train(String data, String... more) throws IOException {
    Path recipe =
        Files.writeString(
            folder.resolve("r.yaml"),
            """
            data: {batch: 8, %s}
            model: [{linear: classes}]
            optimizer: {type: adamw, lr: 0.05}
            epochs: 4
            """
                .formatted(data));
    Files.createDirectories(folder.resolve("runs"));
    String out = folder.resolve("runs").resolve("run" + System.nanoTime()).toString();
    return Cli.run(
        Stream.concat(Stream.of("train", "" + recipe, "--quiet", "--out", out), Stream.of(more))
            .toArray(String[]::new));
  }

  private Path run() throws IOException {
    try (var runs = Files.list(folder.resolve("runs"))) {
      return runs.sorted().toList().getLast();
    }
  }

  private JsonNode summary() throws IOException {
    return JsonMapper.shared().readTree(run().resolve("summary.json"));
  }

  /** Dark and bright images with a little texture. */
  private static void image(Path file, boolean bright, int height, int width, int n)
      throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int level = (bright ? 180 : 40) + (x * 7 + y * 5 + n * 3) % 20;
        image.setRGB(x, y, level << 16 | level / 2 << 8 | 10);
      }
    }
    Files.createDirectories(file.getParent());
    String format = file.toString().endsWith("png") ? "png" : "jpg";
    assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
  }

  private Path images(String root) throws IOException {
    Path place = folder.resolve(root);
    for (int i = 0; i < 10; i++) {
      String suffix = i % 2 == 0 ? ".png" : ".jpg";
      image(place.resolve("dark").resolve(i + suffix), false, 8 + i, 9, i);
      image(place.resolve("bright/deep").resolve(i + suffix), true, 8, 9 + i, i);
    }
    Files.writeString(place.resolve("dark").resolve("notes.txt"), "no image");
    Files.writeString(place.resolve("dark").resolve(".hidden.png"), "no image");
    return place;
  }

  @Test
  void imagesInAFolderForEachClass() throws IOException {
    Path place = images("pictures");
    assertThat(train("source: images, path: %s, images: {height: 6, width: 7}".formatted(place)))
        .isEqualTo(new Cli(0, ""));
    assertThat(summary().path("test_accuracy").asDouble()).isEqualTo(1);
    assertThat(Cli.run("verify", run().toString())).isEqualTo(new Cli(0, ""));
    assertThat(
            Cli.output(
                "predict",
                run().toString(),
                place.resolve("dark/3.jpg").toString(),
                place.resolve("bright/deep/4.png").toString()))
        .containsPattern("3\\.jpg  dark  ")
        .containsPattern("4\\.png  bright  ");

    assertThat(
            train(
                "source: images, images: {height: 5, width: 5, color: gray}", "--data", "" + place))
        .isEqualTo(new Cli(0, ""));
    assertThat(summary().path("test_accuracy").asDouble()).isEqualTo(1);
  }

  @Test
  void imagesDividedByTheUser() throws IOException {
    Path place = folder.resolve("divided");
    for (String part : List.of("train", "test")) {
      for (int i = 0; i < 4; i++) {
        image(place.resolve(part).resolve("a").resolve(i + ".png"), false, 6, 6, i);
        image(place.resolve(part).resolve("b").resolve(i + ".png"), true, 6, 6, i);
      }
    }
    assertThat(train("source: images, path: " + place)).isEqualTo(new Cli(0, ""));
    JsonNode manifest = JsonMapper.shared().readTree(run().resolve("manifest.json"));
    assertThat(manifest.path("data").path("train_samples").asInt()).isEqualTo(8);
    assertThat(manifest.path("data").path("test_samples").asInt()).isEqualTo(8);
    Files.delete(place.resolve("test/b/0.png"));
    for (int i = 1; i < 4; i++) {
      Files.delete(place.resolve("test/b").resolve(i + ".png"));
    }
    refused("source: images, path: " + place, "b holds no .png, .jpg or .jpeg files");
  }

  @Test
  void imagesThatDoNotFitAreNamed() throws IOException {
    Path place = images("odd");
    refused("source: images, path: " + place, "1.jpg has 8 x 10 pixels, but the images before");
    refused("source: images, images: {height: 3}, path: " + place, "found height 3 and width 0");
    Files.writeString(place.resolve("dark/5.png"), "this is text");
    refused(
        "source: images, images: {height: 3, width: 3}, path: " + place,
        "5.png is no PNG or JPEG image");
    refused("source: images", "name a file or folder with data.path or --data");
    refused("source: images, path: " + folder.resolve("none"), "none does not exist");
  }

  private void refused(String data, String message) throws IOException {
    Cli cli = train(data);
    assertThat(cli.error()).contains(message).hasLineCount(1);
    assertThat(cli.exitCode()).isEqualTo(2);
  }

  /** 24 MiB of samples and room for 23 MiB: copied they do not fit, mapped they do. */
  @Test
  void arraysLargerThanMemoryAreReadFromTheDisk() throws IOException, InterruptedException {
    int rows = 32768;
    try (Scope scope = Scope.open()) {
      Tensor x = scope.zeros(DType.U8, Shape.of(rows, 768));
      int[] labels = new int[rows];
      for (int i = 0; i < rows; i++) {
        labels[i] = i % 2;
        x.select(0, i).fill(labels[i] == 0 ? 10 + i % 50 : 200 - i % 50);
      }
      Npy.write(folder.resolve("x.npy"), x);
      Npy.write(folder.resolve("y.npy"), scope.of(labels));
    }
    Path recipe =
        Files.writeString(
            folder.resolve("large.yaml"),
            """
            data: {source: arrays, path: %s, batch: 256}
            model: [{linear: classes}]
            epochs: 1
            """
                .formatted(folder));
    Path run = folder.resolve("streamed");
    String[] train = {"train", "" + recipe, "--quiet", "--threads", "2", "--out", "" + run};
    Cli copied = withLittleMemory(train);
    assertThat(copied.exitCode()).isEqualTo(1);
    assertThat(copied.error()).contains("off-heap");
    String[] mapped =
        Stream.concat(Arrays.stream(train), Stream.of("--set", "data.arrays={mapped: true}"))
            .toArray(String[]::new);
    assertThat(withLittleMemory(mapped)).returns(0, Cli::exitCode);
    JsonNode summary = JsonMapper.shared().readTree(run.resolve("summary.json"));
    assertThat(summary.path("test_accuracy").asDouble()).isEqualTo(1);
    assertThat(summary.path("peak_offheap_bytes").asLong()).isLessThanOrEqualTo(23L << 20);
  }

  private Cli withLittleMemory(String... arguments) throws IOException, InterruptedException {
    List<String> command = ChildProcess.command("-Dlanewise.offheap.budget=23M", "-Xmx96m");
    command.addAll(List.of(arguments));
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new Cli(process.waitFor(), Files.readString(log));
  }
}
