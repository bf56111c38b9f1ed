package dev.lanewise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.io.FormatException;
import dev.lanewise.tensor.OffHeap;
import dev.lanewise.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MnistTest {
  @TempDir Path folder;

  @BeforeEach
  void writeFiles() throws IOException {
    TestFiles.write(folder.resolve("train-images-idx3-ubyte"), TestFiles.images(4, 3, 2));
    TestFiles.write(folder.resolve("train-labels.idx1-ubyte"), TestFiles.labels(0, 9, 5, 5));
    TestFiles.gzip(folder.resolve("t10k-images-idx3-ubyte.gz"), TestFiles.images(2, 3, 2));
    TestFiles.gzip(folder.resolve("t10k-labels.idx1-ubyte.gz"), TestFiles.labels(1, 2));
  }

  @Test
  void opensAFolderOfTheUsers() throws IOException {
    try (Splits data = Mnist.open(folder)) {
      assertThat(data.train().size()).isEqualTo(4);
      assertThat(data.test().size()).isEqualTo(2);
      assertThat(data.train().sampleShape()).isEqualTo(Shape.of(3, 2));
      assertThat(data.train().target(1).getInt()).isEqualTo(9);
      assertThat(data.train().sample(1).toInts()).containsExactly(6, 7, 8, 9, 10, 11);
      assertThat(data.train().classNames()).startsWith("0", "1");
    }
    Path parent = Files.createDirectory(folder.resolve("parent"));
    Files.createSymbolicLink(parent.resolve("fashion-mnist"), folder);
    try (Splits data = FashionMnist.open(parent)) {
      assertThat(data.test().classNames()).hasSize(10).startsWith("T-shirt/top");
    }
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    Path missing = folder.resolve("none");
    refused(missing, "the data folder " + missing + " does not exist");
    Path images = folder.resolve("train-images-idx3-ubyte");
    Path labels = folder.resolve("train-labels.idx1-ubyte");

    TestFiles.write(labels, TestFiles.labels(0, 9, 5));
    refused(folder, images + " holds 4 images, but " + labels + " holds 3 labels");
    TestFiles.write(labels, TestFiles.labels(0, 9, 10, 5));
    refused(folder, labels + ": label 10 of sample 2 is out of range, expected 0 to 9");
    TestFiles.write(labels, TestFiles.images(4, 3, 2));
    refused(folder, labels + " holds U8 data of shape [4, 3, 2]; expected unsigned bytes");
    TestFiles.write(labels, TestFiles.labels(0, 1, 2, 3));
    TestFiles.write(images, TestFiles.images(4, 2, 3));
    refused(folder, "training and test data differ");
    TestFiles.write(images, TestFiles.images(0, 3, 2));
    refused(folder, images + " holds U8 data of shape [0, 3, 2]");

    byte[] whole = TestFiles.images(4, 3, 2);
    TestFiles.write(images, Arrays.copyOf(whole, whole.length - 1));
    assertThatThrownBy(() -> Mnist.open(folder))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(images + ", byte 39: found 39 bytes in the file");
    Files.delete(images);
    refused(folder, folder + " has no file train-images-idx3-ubyte");
  }

  private static void refused(Path folder, String message) {
    long live = OffHeap.liveBytes();
    assertThatThrownBy(() -> Mnist.open(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message);
    assertThat(OffHeap.liveBytes()).isEqualTo(live);
  }
}
