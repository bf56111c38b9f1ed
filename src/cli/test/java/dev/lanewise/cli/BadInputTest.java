package dev.lanewise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input of every kind ends with one clear line and exit code 2. */
class BadInputTest {
  @TempDir Path folder;

  static List<Arguments> arguments() {
    return List.of(
        Arguments.of(
            "train nope", "unknown recipe \"nope\": no file of that name, and the built-in"),
        Arguments.of("train --threads 0", "threads: found 0, expected at least 1"),
        Arguments.of("train --epochs 0", "epochs: found 0, expected at least 1"),
        Arguments.of("train --epochs many", "'many' is not an int (see lanewise train --help)"),
        Arguments.of("train --batch 0", "data: batch: found 0, expected at least 1"),
        Arguments.of("train --mode quick", "expected one of [STRICT, FAST]"),
        Arguments.of("train --no-such-option", "Unknown option: '--no-such-option'"),
        Arguments.of("trian", "Unmatched argument at index 0: 'trian'"),
        Arguments.of("train --kernels openblas --mode strict", "cannot be used in strict mode"),
        Arguments.of(
            "train --set optimizer.lr=-0.1", "optimizer: lr: found -0.1, expected a number at"),
        Arguments.of(
            "train --set optimizer.lrr=1",
            "optimizer.lrr: unknown key; known keys: amsgrad, beta1, beta2, eps, lr, weight_decay"),
        Arguments.of(
            "train --set optimizer.type=adan",
            "optimizer: unknown type \"adan\"; known types: gradient_descent, sgd, rmsprop,"),
        Arguments.of("train --set schedule=cosinus", "known types: constant, step, exponential,"),
        Arguments.of("train --set regularize=[l3]", "regularize.0: unknown type \"l3\"; known"),
        Arguments.of("train --set epocs=3", "epocs: unknown key; known keys: accumulate, average,"),
        Arguments.of("train --set epochs=2.5", "epochs: found 2.5, expected a whole number"),
        Arguments.of("train --set epochs=[", "--set epochs: the value \"[\" is no YAML"),
        Arguments.of("train --set epochs", "should be in KEY=VALUE format but was epochs"),
        Arguments.of("train --set model.9=relu", "found \"9\", expected an index from 0 to"),
        Arguments.of("train --set model.0=conv", "model.0: unknown layer \"conv\"; known: linear"),
        Arguments.of(
            "train --set model.0.linear=0",
            "linear: features: found 0, expected a whole number of at least 1, or classes"),
        Arguments.of(
            "train --set model.2.dropout=1", "dropout: p: found 1, expected a number in [0, 1)"),
        Arguments.of("train --set model=[]", "model: found no layers, expected at least one"),
        Arguments.of("train --set model=[relu]", "model: no layer has anything to train"),
        Arguments.of("train --set model.0.linear.x=1", "there is nothing at \"x\" to set a key of"),
        Arguments.of(
            "train --set data.source=imagenet", "unknown data \"imagenet\"; known: digits"),
        Arguments.of("train --set data.batch=full", "data.batch: found \"full\", expected a whole"),
        Arguments.of("train --set data.normalize=best", "expected one of none, standard, unit"),
        Arguments.of(
            "train --set loss=mse", "the targets are classes, which need a loss of classes"),
        Arguments.of("train --set clip={}", "clip: expected one of norm and value"),
        Arguments.of("train --set clip.norm=0", "clip: max_norm: found 0.0, expected a number"),
        Arguments.of(
            "train --set checkpoint.every_steps=-1", "every_steps: found -1, expected at least 0"),
        Arguments.of(
            "train --set schedule.warmup_steps=999999",
            "warmup_steps: found 999999, expected 0 to"),
        Arguments.of("train --data somewhere", "the digits come with the program"),
        Arguments.of("train mnist-mlp --data /no/such/folder", "data folder /no/such/folder does"),
        Arguments.of("eval /no/such/folder", "holds no finished run: it has no file recipe.yaml"),
        Arguments.of("eval", "Missing required parameter: 'DIR'"),
        Arguments.of("data get imagenet", "unknown data set \"imagenet\"; known: mnist, fashion"),
        Arguments.of(
            "bench step resnet",
            "unknown benchmark \"resnet\"; known: mlp, mlp-small, lenet, cnn, gpt"),
        Arguments.of("bench step mlp --seconds 0", "--seconds: found 0.0, expected"),
        Arguments.of("bench step lenet --width 8", "bench step lenet: found batch 0 and width 8"),
        Arguments.of("bench gemm --sizes 0", "bench gemm: found size \"0\", expected N or MxNxK"),
        Arguments.of("bench gemm --sizes 8-NX", "found size \"8-NX\", expected N or MxNxK"),
        Arguments.of("bench gemm --dtype f16", "f16"),
        Arguments.of("bench gemm --sizes 4x5", "found size \"4x5\", expected N or MxNxK"),
        Arguments.of("bench gemm --sizes 1 --threads 2", "found 2 threads and sizes [1]"));
  }

  @ParameterizedTest
  @MethodSource("arguments")
  void onTheCommandLine(String line, String message) {
    requireRefused(Cli.run(line.split(" ")), message);
    assertThat(Path.of("runs")).doesNotExist();
  }

  static List<Arguments> recipes() {
    String rest = "\nmodel: [{linear: 10}]\n";
    return List.of(
        Arguments.of("data: {source: digits\nmodel: [relu", "line 2, column 6: while parsing a"),
        Arguments.of("\tdata: digits", "line 1, column 1: while scanning for the next token"),
        Arguments.of("", "expected a mapping of keys to values"),
        Arguments.of("- data", "expected a mapping of keys to values"),
        Arguments.of("epochs: 1\nepochs: 2", "line 2, column 7: Duplicate Object property"),
        Arguments.of("data: {source: digits}", "the key model is missing"),
        Arguments.of("model: [relu]", "the key data is missing"),
        Arguments.of("data: {batch: 3}" + rest, "the key data.source is missing"),
        Arguments.of("data: digits" + rest, "data: found \"digits\", expected a mapping"),
        Arguments.of("data: {source: digits, batch: '3'}" + rest, "found \"3\", expected a whole"),
        Arguments.of(
            "data: {source: digits, bach: 3}" + rest, "data.bach: unknown key; known keys"),
        Arguments.of("data: {source: digits, batch: }" + rest, "data.batch: found null, expected"),
        Arguments.of("data: {source: digits}\nmodel: [null]", "model.0: found null, expected"),
        Arguments.of(
            "data: {source: digits}\nmodel: relu", "model: found \"relu\", expected a list"),
        Arguments.of(
            "data: {source: digits}\noptimizer: {lr: 1}" + rest, "the key type is missing"),
        Arguments.of(
            "data: {source: digits}\nmodel: [{linear: 7}]", "the output has shape [7], but"),
        Arguments.of("data: {source: digits}\nseed: one" + rest, "seed: found \"one\", expected a"),
        Arguments.of("data: {source: digits}\nmode: slow" + rest, "expected one of fast, strict"));
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void inRecipes(String yaml, String message) throws IOException {
    Path recipe = Files.writeString(folder.resolve("recipe.yaml"), yaml);
    Cli cli = Cli.run("train", recipe.toString(), "--out", folder.resolve("out").toString());
    requireRefused(cli, message);
    assertThat(cli.error()).contains("recipe");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void outputFolderThatCannotBe() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    requireRefused(
        Cli.run("train", "--out", file.resolve("run").toString()),
        "cannot write to the output folder " + file.resolve("run") + ": " + file + " is no folder");
  }

  @Test
  void truncatedImages() throws IOException {
    writeIdx("train", 3, 28 * 28 * 3 - 1, 3, 3);
    writeIdx("t10k", 3, 28 * 28 * 3, 3, 3);
    requireRefused(trainOnFolder(), "train-images-idx3-ubyte, byte ");
  }

  @Test
  void imagesAndLabelsOfDifferentCounts() throws IOException {
    writeIdx("train", 3, 28 * 28 * 3, 2, 2);
    writeIdx("t10k", 3, 28 * 28 * 3, 3, 3);
    requireRefused(trainOnFolder(), "expected equal numbers");
  }

  private Cli trainOnFolder() {
    return Cli.run(
        "train",
        "mnist-mlp",
        "--data",
        folder.toString(),
        "--out",
        folder.resolve("out").toString());
  }

  private void writeIdx(String part, int images, int imageBytes, int labels, int labelBytes)
      throws IOException {
    byte[] imageFile = new byte[16 + imageBytes];
    System.arraycopy(
        new byte[] {0, 0, 8, 3, 0, 0, 0, (byte) images, 0, 0, 0, 28, 0, 0, 0, 28},
        0,
        imageFile,
        0,
        16);
    Files.write(folder.resolve(part + "-images-idx3-ubyte"), imageFile);
    byte[] labelFile = new byte[8 + labelBytes];
    System.arraycopy(new byte[] {0, 0, 8, 1, 0, 0, 0, (byte) labels}, 0, labelFile, 0, 8);
    Files.write(folder.resolve(part + "-labels-idx1-ubyte"), labelFile);
  }

  private static void requireRefused(Cli cli, String message) {
    assertThat(cli.error()).startsWith("lanewise: ").contains(message).hasLineCount(1);
    assertThat(cli.exitCode()).isEqualTo(2);
  }
}
