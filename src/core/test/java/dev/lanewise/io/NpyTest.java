package dev.lanewise.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.DTypeException;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyTest {
  private static final Charset LATIN = StandardCharsets.ISO_8859_1;

  /** What NumPy 2.4 writes for {@code array([[1, 2, 3], [4, 5, 6]], dtype='<f4')}. */
  private static final byte[] NUMPY_F4 =
      file(
          1,
          "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }" + " ".repeat(58) + "\n",
          "\0\0\u0080?\0\0\0@\0\0@@\0\0\u0080@\0\0\u00a0@\0\0\u00c0@");

  /** The same of type {@code <i2}, in Fortran order. */
  private static final byte[] NUMPY_FORTRAN =
      file(
          1,
          "{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), }" + " ".repeat(59) + "\n",
          "\1\0\4\0\2\0\5\0\3\0\6\0");

  @TempDir Path folder;

  @Test
  void readsAndWritesTheBytesOfNumpy() throws IOException {
    try (Scope scope = Scope.open()) {
      Tensor f4 = read(scope, NUMPY_F4);
      assertThat(f4.dtype()).isEqualTo(DType.F32);
      assertThat(f4.shape()).isEqualTo(Shape.of(2, 3));
      assertThat(f4.toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(written(f4)).containsExactly(NUMPY_F4);

      Tensor i2 = read(scope, NUMPY_FORTRAN);
      assertThat(i2.isContiguous()).isTrue();
      assertThat(i2.shape()).isEqualTo(Shape.of(2, 3));
      assertThat(i2.toInts()).containsExactly(1, 2, 3, 4, 5, 6);
    }
  }

  @Test
  void writesWhatItReads() throws IOException {
    try (Scope scope = Scope.open()) {
      for (DType dtype : DType.values()) {
        if (dtype == DType.BF16) {
          continue;
        }
        for (Shape shape :
            List.of(Shape.of(), Shape.of(0, 5), Shape.of(1), Shape.of(3, 5, 2), Shape.of(70_001))) {
          Tensor tensor = scope.allocate(dtype, shape);
          double[] values = new double[(int) shape.size()];
          Arrays.setAll(values, i -> i % (dtype == DType.BOOL ? 2 : 251));
          tensor.copyFrom(values);
          for (Tensor written : List.of(tensor, tensor.transpose())) {
            Tensor read = read(scope, written(written));
            assertThat(read.dtype()).isEqualTo(dtype);
            assertThat(read.shape()).isEqualTo(written.shape());
            assertThat(read.toDoubles()).containsExactly(written.toDoubles());
          }
        }
      }
      Tensor sliced = scope.of(new int[] {0, 1, 2, 3, 4, 5}, 2, 3).slice(1, 1, 3);
      assertThat(read(scope, written(sliced)).toInts()).containsExactly(1, 2, 4, 5);
      assertThat(new String(written(scope.of(new byte[6], 2, 3).transpose()), 10, 70, LATIN))
          .startsWith("{'descr': '|u1', 'fortran_order': True, 'shape': (3, 2), }");
    }
  }

  @Test
  void readsOtherVersionsOrdersAndSpellings() throws IOException {
    try (Scope scope = Scope.open()) {
      String big = "{'descr': '>i8', 'fortran_order': False, 'shape': (2,), }     \n";
      byte[] data = {0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0};
      for (int version = 1; version <= 3; version++) {
        assertThat(read(scope, file(version, big, new String(data, LATIN))).toLongs())
            .containsExactly(1, 256);
      }
      String python2 = "{\"shape\": (2L, 1L), \"fortran_order\": True , 'descr':'|b1'}\n";
      Tensor bool = read(scope, file(1, python2, "\0\1"));
      assertThat(bool.dtype()).isEqualTo(DType.BOOL);
      assertThat(bool.shape()).isEqualTo(Shape.of(2, 1));
      assertThat(bool.toInts()).containsExactly(0, 1);
      String longest = header("<f4", "False", "(0, 3)");
      longest =
          longest.stripTrailing() + " ".repeat(9_999 - longest.stripTrailing().length()) + "\n";
      assertThat(read(scope, file(2, longest, "")).shape()).isEqualTo(Shape.of(0, 3));
      assertThat(read(scope, file(1, header("<u2", "False", "()"), "\u00ff\u00ff")).getInt())
          .isEqualTo(65_535);
      assertThat(read(scope, file(1, header(">i2", "False", "()"), "\u00ff\u00fe")).getInt())
          .isEqualTo(-2);
      assertThat(read(scope, file(1, header(">f2", "False", "()"), "<\0")).getFloat()).isEqualTo(1);
      assertThat(read(scope, gzip(NUMPY_F4)).toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
    }
  }

  @Test
  void refusesAFileCutAnywhereOrWithMore() throws IOException {
    for (byte[] whole : List.of(NUMPY_F4, NUMPY_FORTRAN)) {
      for (int length = 0; length < whole.length; length++) {
        refused(Arrays.copyOf(whole, length), "");
      }
      refused(Arrays.copyOf(whole, whole.length + 1), "appended");
      refused(gzip(Arrays.copyOf(whole, whole.length + 1)), "further bytes");
    }
  }

  @Test
  void refusesOtherFilesAndVersions() throws IOException {
    refused("not an array".getBytes(LATIN), "\\x93NUMPY");
    for (int version : new int[] {0, 4, 255}) {
      refused(file(version, header("<f4", "False", "()"), "\0\0\0\0"), "npy version " + version);
    }
    byte[] minor = NUMPY_F4.clone();
    minor[7] = 1;
    refused(minor, "npy version 1.1");
    refused(file(2, " ".repeat(10_001), ""), "a header of 10001 bytes");
    byte[] huge = file(2, "{}\n", "");
    Arrays.fill(huge, 8, 12, (byte) -1);
    refused(huge, "a header of 4294967295 bytes");
    byte[] beyond = file(1, "{}\n", "");
    beyond[8] = 100;
    refused(beyond, "cut short");
  }

  @Test
  void refusesHeadersThatAreNotWhatNumpyWrites() throws IOException {
    for (String text :
        List.of(
            "",
            "\n",
            "{}\n",
            "[]\n",
            "'descr'\n",
            "{'descr': '<f4', 'fortran_order': False}\n",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (), 'more': 1, }\n",
            "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': ()}\n",
            "{'descr': '<f4' 'fortran_order': False, 'shape': ()}\n",
            "{'descr': '<f4', 'fortran_order': False, 'shape': ()}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': ()} x\n",
            "{'descr': '<f4', 'fortran_order': False, 'shape': ()\n",
            "{'descr': '<f4', 'fortran_order': False, 'shape': __import__('os').abort()}\n",
            "{'descr': '\\x3cf4', 'fortran_order': False, 'shape': ()}\n",
            "{'descr': '<f4, 'fortran_order': False, 'shape': ()}\n",
            "{'d\u00e9scr': '<f4', 'fortran_order': False, 'shape': ()}\n")) {
      refused(file(1, text, "\0\0\0\0"), "");
    }
    for (String order : List.of("false", "0", "None", "'True'", "TRUE", "")) {
      refused(file(1, header("<f4", order, "()"), "\0\0\0\0"), "");
    }
  }

  @Test
  void refusesOtherTypes() throws IOException {
    refused(file(1, header("|O", "False", "()"), "abcd"), "pickled Python");
    refused(file(1, header("<U5", "False", "()"), "abcd"), "text");
    refused(file(1, header("|V2", "False", "(2,)"), "abcd"), "safetensors");
    for (String type :
        List.of("<c8", "<f16", "<u4", "<u8", "|f4", "=f4", "f4", "<", "", "<f4 ", "<M8[ns]")) {
      refused(file(1, header(type, "False", "()"), "\0\0\0\0"), "the element type");
    }
    String record = header("<f4", "False", "()").replace("'<f4'", "[('a', '<f4')]");
    refused(file(1, record, "\0\0\0\0"), "not a structured one");
  }

  @Test
  void refusesHostileShapes() throws IOException {
    for (String shape :
        List.of(
            "[1]",
            "1",
            "(1)",
            "(,)",
            "(1 1)",
            "(1,,)",
            "(-1,)",
            "(1.0,)",
            "(1e0,)",
            "(True,)",
            "((1,),)",
            "(".repeat(5_000),
            "(18446744073709551617,)",
            "(9223372036854775808,)",
            "(2, 9223372036854775807)",
            "(4611686018427387905, 4)",
            "(2305843009213693953,)",
            "(" + "1, ".repeat(65) + ")",
            "(2,)",
            "(0,)")) {
      refused(file(1, header("<f4", "False", shape), "\0\0\0\0"), "");
    }
    refused(gzip(file(1, header("<f8", "True", "(1099511627776, 2)"), "")), "decompression");
  }

  @Test
  void refusesToWriteWhatNumpyLacks() {
    try (Scope scope = Scope.open()) {
      Tensor tensor = scope.zeros(DType.BF16, Shape.of(2));
      Path file = folder.resolve("b.npy");
      assertThatThrownBy(() -> Npy.write(file, tensor))
          .isInstanceOf(DTypeException.class)
          .hasMessageContaining("npy has no BF16");
      assertThat(file).doesNotExist();
    }
  }

  private Tensor read(Scope scope, byte[] content) throws IOException {
    return Npy.read(Files.write(folder.resolve("a.npy"), content), scope);
  }

  private byte[] written(Tensor tensor) throws IOException {
    Path file = folder.resolve("written.npy");
    Npy.write(file, tensor);
    return Files.readAllBytes(file);
  }

  private void refused(byte[] content, String message) throws IOException {
    Path file = Files.write(folder.resolve("bad.npy"), content);
    try (Scope scope = Scope.open()) {
      assertThatThrownBy(() -> Npy.read(file, scope))
          .as(new String(content, LATIN))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining(message);
      assertThat(scope.liveBytes()).isLessThan(1024);
    }
  }

  private static String header(String type, String fortran, String shape) {
    return "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }   \n"
        .formatted(type, fortran, shape);
  }

  /** A file of a version: its header, then data with one character a byte. */
  private static byte[] file(int version, String header, String data) {
    String length = "" + (char) (header.length() & 0xFF) + (char) (header.length() >> 8);
    String wide = version == 1 ? "" : "\0\0";
    String start = "\u0093NUMPY" + (char) version + "\0";
    return (start + length + wide + header + data).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(plain);
    }
    return packed.toByteArray();
  }
}
