package dev.lanewise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.io.FormatException;
import dev.lanewise.io.Npy;
import dev.lanewise.io.Npz;
import dev.lanewise.io.SafeTensors;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.OffHeap;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrayDataTest {
  private static final int SIZE = 30;
  private static final ArrayData.Options COPIED = new ArrayData.Options(0.2, 1, false);
  private static final ArrayData.Options MAPPED = new ArrayData.Options(0.2, 1, true);

  @TempDir Path folder;
  private final Scope scope = Scope.open("test");

  @AfterEach
  void close() {
    scope.close();
  }

  /** Sample i begins with i and is of class i modulo 3. */
  private Tensor bytes() {
    byte[] values = new byte[SIZE * 35];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) (i / 35 + 3 * (i % 35));
    }
    return scope.of(values, SIZE, 5, 7);
  }

  private Tensor labels(DType dtype) {
    Tensor labels = scope.of(IntStream.range(0, SIZE).map(i -> i % 3).toArray());
    return scope.copy(labels, dtype);
  }

  private static List<float[]> batches(DataSet data) {
    List<float[]> all = new ArrayList<>();
    try (Epoch walk =
        data.batches(7).shuffled(true).normalized(Normalizer.standard(data)).epoch(3, 1)) {
      walk.forEachRemaining(
          batch -> {
            all.add(batch.x().toFloats());
            all.add(floats(batch.y()));
          });
    }
    return all;
  }

  private static float[] floats(Tensor y) {
    double[] values = y.toDoubles();
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static void assertSame(Splits one, Splits two) {
    assertThat(two.sha256()).isEqualTo(one.sha256());
    List<float[]> expected = batches(one.train());
    List<float[]> found = batches(two.train());
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i)).isEqualTo(expected.get(i));
    }
  }

  @Test
  void foldersArchivesAndSafetensorsHoldTheSameDataMappedOrNot() throws IOException {
    Map<String, Tensor> arrays = Map.of("x", bytes(), "y", labels(DType.I64));
    Npy.write(folder.resolve("x.npy"), bytes());
    Npy.write(folder.resolve("y.npy"), labels(DType.I64));
    Path npz = folder.resolve("all.NPZ");
    Npz.write(npz, arrays, true);
    Path tensors = folder.resolve("all.safetensors");
    SafeTensors.write(tensors, arrays, Map.of());
    Path idx = Files.createDirectory(folder.resolve("idx"));
    Files.write(idx.resolve("x.idx"), idx(bytes()));
    Files.write(
        idx.resolve("y.idx"), TestFiles.labels(IntStream.range(0, SIZE).map(i -> i % 3).toArray()));
    long live = OffHeap.liveBytes();
    try (Splits copied = ArrayData.open(folder, COPIED)) {
      assertThat(copied.train().size()).isEqualTo(24);
      assertThat(copied.test().size()).isEqualTo(6);
      assertThat(copied.train().classes()).isEqualTo(3);
      assertThat(copied.train().sampleShape()).isEqualTo(Shape.of(5, 7));
      for (DataSet part : List.of(copied.train(), copied.test())) {
        int[] counts = new int[3];
        for (int i = 0; i < part.size(); i++) {
          assertThat(part.target(i).getInt()).isEqualTo((int) part.sample(i).getDouble(0, 0) % 3);
          counts[part.target(i).getInt()]++;
        }
        assertThat(counts).containsOnly(part.size() / 3);
      }
      for (Path place : List.of(folder, tensors, idx)) {
        try (Splits mapped = ArrayData.open(place, MAPPED)) {
          assertSame(copied, mapped);
        }
      }
      for (Path place : List.of(npz, tensors, idx)) {
        try (Splits other = ArrayData.open(place, COPIED)) {
          assertSame(copied, other);
        }
      }
    }
    assertThat(OffHeap.liveBytes()).isEqualTo(live);
  }

  private static byte[] idx(Tensor x) {
    byte[] file = TestFiles.images(SIZE, 5, 7);
    int[] values = x.toInts();
    for (int i = 0; i < values.length; i++) {
      file[file.length - values.length + i] = (byte) values[i];
    }
    return file;
  }

  @Test
  void arraysOfTestSamplesAreTheTestData() {
    Npz.write(
        folder.resolve("a.npz"),
        Map.of(
            "x", scope.of(new double[] {1, 2, 3, 4}, 2, 2),
            "y", scope.of(new long[] {0, 1}),
            "x_test", scope.of(new double[] {5, 6}, 1, 2),
            "y_test", scope.of(new byte[] {4})),
        false);
    try (Splits data = ArrayData.open(folder.resolve("a.npz"), COPIED)) {
      assertThat(data.train().sample(1).toFloats()).containsExactly(3, 4);
      assertThat(data.test().sample(0).toFloats()).containsExactly(5, 6);
      assertThat(data.test().classes()).isEqualTo(5);
    }
  }

  @Test
  void otherTargetsAreNumbers() {
    Tensor x = scope.of(new float[] {1, 2, 3, 4}, 2, 2);
    for (Tensor y : List.of(scope.of(new double[] {1, 2}), scope.of(new int[] {1, 2}, 2, 1))) {
      Npz.write(folder.resolve("b.npz"), Map.of("x", x, "y", y), false);
      try (Splits data =
          ArrayData.open(folder.resolve("b.npz"), new ArrayData.Options(0.5, 1, false))) {
        assertThat(data.train().isClassification()).isFalse();
        assertThat(data.train().targetShape()).isEqualTo(Shape.of(1));
      }
    }
  }

  /** The budget does not hold mapped files; what is allocated does not grow with them. */
  @Test
  void mappedSamplesTakeNoMemory() throws IOException {
    int rows = 4096;
    int width = 4096;
    Path x = folder.resolve("x.npy");
    Npy.write(x, scope.zeros(DType.U8, Shape.of(1, width)));
    byte[] header = Files.readAllBytes(x);
    int start = header.length - width;
    String text = new String(header, 0, start, StandardCharsets.ISO_8859_1);
    byte[] wide =
        text.replace("(1, 4096), }   ", "(4096, 4096), }").getBytes(StandardCharsets.ISO_8859_1);
    try (FileChannel file =
        FileChannel.open(x, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
      file.write(ByteBuffer.wrap(wide), 0);
      file.write(ByteBuffer.wrap(new byte[] {7}), start + (long) rows * width - 1);
    }
    Npy.write(folder.resolve("y.npy"), scope.zeros(DType.I32, Shape.of(rows)));
    long live = OffHeap.liveBytes();
    try (Splits data = ArrayData.open(folder, MAPPED);
        Epoch walk = data.train().batches(16).shuffled(true).prefetched(2).epoch(1, 0)) {
      double sum = 0;
      while (walk.hasNext()) {
        Batch batch = walk.next();
        for (float value : batch.x().toFloats()) {
          sum += value;
        }
        assertThat(OffHeap.liveBytes() - live).isLessThan(4 << 20);
      }
      assertThat(sum).isIn(0.0, 7.0);
    }
  }

  @Test
  void aFileThatIsCutShortMeanwhileIsNamedAsTheCause() throws IOException {
    Npy.write(folder.resolve("x.npy"), scope.zeros(DType.U8, Shape.of(64, 4096)));
    Npy.write(folder.resolve("y.npy"), scope.zeros(DType.I32, Shape.of(64)));
    try (Splits data = ArrayData.open(folder, MAPPED);
        FileChannel file = FileChannel.open(folder.resolve("x.npy"), StandardOpenOption.WRITE)) {
      file.truncate(4096);
      try (Epoch walk = data.train().batches(32).epoch(1, 0)) {
        assertThatThrownBy(walk::next)
            .isInstanceOf(DataException.class)
            .hasMessageStartingWith(
                "the file that the samples lie in was cut short or cannot be read: ");
      }
    }
  }

  @Test
  void refusesWhatDoesNotFit() throws IOException {
    Path npz = folder.resolve("a.npz");
    Npz.write(npz, Map.of("x", bytes()), false);
    refused(npz, COPIED, "has no array y; expected x and y");
    refused(npz, MAPPED, "the arrays of an archive cannot be mapped");
    refused(folder, COPIED, "has no array x; expected x and y");
    refused(folder.resolve("none"), COPIED, "does not exist");
    Npz.write(npz, Map.of("x", bytes(), "y", scope.of(new int[] {1, -1})), false);
    refused(npz, COPIED, "y holds the label -1; expected classes from 0 on");
    Npz.write(npz, Map.of("x", bytes(), "y", scope.of(new int[] {1, 1})), false);
    refused(npz, COPIED, "features and targets differ in number: [30, 5, 7], [2]");
    Npy.write(folder.resolve("x.npy"), scope.zeros(DType.F64, Shape.of(3, 2)));
    Npy.write(folder.resolve("y.npy"), scope.zeros(DType.I32, Shape.of(3)));
    refused(folder, MAPPED, "x holds F64, which cannot be used in place; expected U8 or F32");
    Npy.write(folder.resolve("x.npy"), scope.zeros(DType.F32, Shape.of(2, 3)).transpose());
    assertThatThrownBy(() -> ArrayData.open(folder, MAPPED))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("f4 data of shape [3, 2]")
        .hasMessageContaining("read it instead, which copies");
    TestFiles.gzip(folder.resolve("x.npy"), Files.readAllBytes(folder.resolve("y.npy")));
    assertThatThrownBy(() -> ArrayData.open(folder, MAPPED)).isInstanceOf(FormatException.class);
  }

  private static void refused(Path place, ArrayData.Options options, String message) {
    long live = OffHeap.liveBytes();
    assertThatThrownBy(() -> ArrayData.open(place, options))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message);
    assertThat(OffHeap.liveBytes()).isEqualTo(live);
  }
}
