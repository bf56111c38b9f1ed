package dev.lanewise.io;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzTest {
  @TempDir Path folder;

  @Test
  void readsWhatNumpyWrites() throws IOException {
    for (String name : List.of("numpy-stored.npz", "numpy-deflated.npz")) {
      Path file = Files.write(folder.resolve(name), resource(name));
      try (Scope scope = Scope.open()) {
        Map<String, Tensor> read = Npz.read(file, scope);
        assertThat(read.keySet())
            .containsExactly(
                "f8", "f4", "f2", "i8", "i4", "i2", "i1", "u2", "u1", "b1", "big", "fortran",
                "empty", "scalar");
        assertThat(tensor(read, "f8", DType.F64, 1, 2)).containsExactly(1.5, -2.5);
        assertThat(tensor(read, "f4", DType.F32, 2, 3)).containsExactly(0, .25, .5, .75, 1, 1.25);
        assertThat(tensor(read, "f2", DType.F16, 3)).containsExactly(1, -.5, 65504);
        assertThat(tensor(read, "i8", DType.I64, 2)).containsExactly(-1, 0x1p62);
        assertThat(tensor(read, "i4", DType.I32, 2)).containsExactly(-3, 7);
        assertThat(tensor(read, "i2", DType.I32, 2)).containsExactly(-300, 300);
        assertThat(tensor(read, "i1", DType.I32, 2)).containsExactly(-1, 127);
        assertThat(tensor(read, "u2", DType.I32, 1)).containsExactly(65535);
        assertThat(tensor(read, "u1", DType.U8, 2, 1)).containsExactly(255, 1);
        assertThat(tensor(read, "b1", DType.BOOL, 2)).containsExactly(1, 0);
        assertThat(tensor(read, "big", DType.F64, 4)).containsExactly(0, 1, 2, 3);
        double[] counted = new double[24];
        Arrays.setAll(counted, i -> i);
        assertThat(tensor(read, "fortran", DType.I32, 2, 3, 4)).containsExactly(counted);
        assertThat(tensor(read, "empty", DType.F32, 0, 5)).isEmpty();
        assertThat(tensor(read, "scalar", DType.F32)).containsExactly(2.5);
      }
    }
  }

  @Test
  void writesStoredAndDeflatedTheSameEachTime() throws IOException {
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("layer/0.weight", scope.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3).transpose());
      tensors.put("zeros", scope.zeros(DType.I64, Shape.of(100, 10)));
      tensors.put("none", scope.zeros(DType.U8, Shape.of(0)));
      for (boolean compressed : new boolean[] {false, true}) {
        Path file = folder.resolve("a.npz");
        Npz.write(file, tensors, compressed);
        byte[] once = Files.readAllBytes(file);
        assertThat(once.length).isBetween(compressed ? 400 : 8_700, compressed ? 1_500 : 9_500);
        Map<String, Tensor> read = Npz.read(file, scope);
        assertThat(read.keySet()).containsExactlyElementsOf(tensors.keySet());
        read.forEach(
            (name, copy) -> {
              Tensor written = requireNonNull(tensors.get(name));
              assertThat(copy.dtype()).isEqualTo(written.dtype());
              assertThat(copy.shape()).isEqualTo(written.shape());
              assertThat(copy.toDoubles()).containsExactly(written.toDoubles());
            });
        Npz.write(file, tensors, compressed);
        assertThat(Files.readAllBytes(file)).containsExactly(once);
      }
    }
  }

  @Test
  void refusesAFileCutOrDamagedAnywhere() throws IOException {
    for (boolean compressed : new boolean[] {false, true}) {
      byte[] whole = sample(compressed);
      for (int length = 0; length < whole.length; length++) {
        refused(Arrays.copyOf(whole, length), "");
      }
      byte[] damaged = whole.clone();
      damaged[30 + "a.npy".length() + (compressed ? 20 : 130)] ^= 1;
      refused(damaged, "");
    }
  }

  @Test
  void refusesMembersThatAreNoArrays() throws IOException {
    byte[] npy = Files.readAllBytes(npy());
    refused(zip("a.txt", npy), "members called NAME.npy");
    refused(zip("a.npy", new byte[10]), "\\x93NUMPY");
    for (String name : List.of("../a.npy", "x/../../a.npy", "/a.npy", "..\\a.npy", "a.npy/")) {
      refused(zip(name, name.endsWith("/") ? new byte[0] : npy), "a member");
    }
  }

  @Test
  void refusesASecondMemberOfTheSameName() throws IOException {
    byte[] npy = Files.readAllBytes(npy());
    String two = new String(zip("a.npy", npy, "b.npy", npy), StandardCharsets.ISO_8859_1);
    String same = two.replace("b.npy", "a.npy");
    refused(same.getBytes(StandardCharsets.ISO_8859_1), "");
  }

  @Test
  void refusesEncryptedMembersAndOtherMethods() throws IOException {
    byte[] flags = zip("a.npy", Files.readAllBytes(npy()));
    int central = new String(flags, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
    byte[] encrypted = flags.clone();
    encrypted[central + 8] |= 1;
    refused(encrypted, "encrypted");
    byte[] method = flags.clone();
    method[central + 10] = 12;
    refused(method, "method");
  }

  @Test
  void refusesBombs() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("a.npy"));
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 17; i++) {
        zip.write(zeros);
      }
    }
    refused(bytes.toByteArray(), "after decompression");
  }

  @Test
  void refusesNamesThatClimbAndSaysWhatIsMissing() {
    try (Scope scope = Scope.open()) {
      Tensor one = scope.scalar(1f);
      for (String name : List.of("", "../a", "/a", "a/..")) {
        assertThatThrownBy(() -> Npz.write(folder.resolve("n.npz"), Map.of(name, one), false))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("npz does not allow");
      }
      Path missing = folder.resolve("missing.npz");
      assertThatThrownBy(() -> Npz.read(missing, scope))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessage("cannot read " + missing + ": no such file or folder");
    }
  }

  private static double[] tensor(Map<String, Tensor> read, String name, DType dtype, long... dims) {
    Tensor tensor = requireNonNull(read.get(name));
    assertThat(tensor.dtype()).isEqualTo(dtype);
    assertThat(tensor.shape()).isEqualTo(Shape.of(dims));
    return tensor.toDoubles();
  }

  private Path npy() {
    Path file = folder.resolve("one.npy");
    try (Scope scope = Scope.open()) {
      Npy.write(file, scope.scalar(1f));
    }
    return file;
  }

  private byte[] sample(boolean compressed) throws IOException {
    Path file = folder.resolve("sample.npz");
    try (Scope scope = Scope.open()) {
      Npz.write(file, Map.of("a", scope.of(new float[] {1, 2, 3})), compressed);
    }
    return Files.readAllBytes(file);
  }

  private static byte[] zip(Object... namesAndContents) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < namesAndContents.length; i += 2) {
        zip.putNextEntry(new ZipEntry((String) namesAndContents[i]));
        zip.write((byte[]) namesAndContents[i + 1]);
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = requireNonNull(NpzTest.class.getResourceAsStream(name))) {
      return in.readAllBytes();
    }
  }

  private void refused(byte[] content, String message) throws IOException {
    Path file = Files.write(folder.resolve("bad.npz"), content);
    try (Scope scope = Scope.open()) {
      assertThatThrownBy(() -> Npz.read(file, scope))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining(message);
    }
  }
}
