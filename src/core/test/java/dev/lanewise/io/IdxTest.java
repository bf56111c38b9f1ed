package dev.lanewise.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
  @TempDir Path folder;

  @Test
  void readsEveryType() throws IOException {
    try (Scope scope = Scope.open()) {
      Tensor u8 = read(scope, bytes(0x0803, 1, 2, 2).put(new byte[] {0, 1, -1, 3}));
      assertThat(u8.dtype()).isEqualTo(DType.U8);
      assertThat(u8.shape()).isEqualTo(Shape.of(1, 2, 2));
      assertThat(u8.toInts()).containsExactly(0, 1, 255, 3);

      Tensor i8 = read(scope, bytes(0x0901, 2).put(new byte[] {-1, 1}));
      assertThat(i8.dtype()).isEqualTo(DType.I32);
      assertThat(i8.toInts()).containsExactly(-1, 1);
      Tensor i16 = read(scope, bytes(0x0B01, 2).putShort((short) -2).putShort((short) 258));
      assertThat(i16.toInts()).containsExactly(-2, 258);
      Tensor i32 = read(scope, bytes(0x0C01, 1).putInt(1 << 30));
      assertThat(i32.toInts()).containsExactly(1 << 30);
      Tensor f32 = read(scope, bytes(0x0D01, 2).putFloat(1.5f).putFloat(Float.NaN));
      assertThat(f32.toFloats()).containsExactly(1.5f, Float.NaN);
      Tensor f64 = read(scope, bytes(0x0E02, 1, 1).putDouble(-2.5));
      assertThat(f64.dtype()).isEqualTo(DType.F64);
      assertThat(f64.toDoubles()).containsExactly(-2.5);
      assertThat(read(scope, bytes(0x0801, 0)).size()).isZero();
    }
  }

  @Test
  void readsGzipWhateverItsName() throws IOException {
    byte[] large = new byte[200_000];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) i;
    }
    byte[] plain = array(bytes(0x0802, 400, 500).put(large));
    try (Scope scope = Scope.open()) {
      Path file = Files.write(folder.resolve("images"), gzip(plain));
      assertThat(Idx.read(file, scope).segment().toArray(ValueLayout.JAVA_BYTE))
          .containsExactly(large);
    }
  }

  @Test
  void refusesAFileCutAnywhereOrWithMore() throws IOException {
    byte[] whole = array(bytes(0x0B03, 2, 1, 2).putLong(1));
    byte[] packed = gzip(whole);
    for (int length = 0; length < whole.length; length++) {
      refused(Arrays.copyOf(whole, length), "");
    }
    for (int length = 0; length < packed.length; length++) {
      refused(Arrays.copyOf(packed, length), "");
    }
    refused(Arrays.copyOf(whole, whole.length + 1), "appended");
    refused(gzip(Arrays.copyOf(whole, whole.length + 1)), "further bytes");
    byte[] damaged = packed.clone();
    damaged[damaged.length - 6] ^= 1;
    refused(damaged, "damaged");
  }

  @Test
  void refusesHostileHeaders() throws IOException {
    refused(array(bytes(0x0A01, 1).put((byte) 0)), "0x00000a01");
    refused(array(bytes(0x0800)), "0x00000800");
    refused(array(bytes(0x08FF, 1, 1)), "0x000008ff");
    refused(array(bytes(0x01000801, 1).put((byte) 0)), "no IDX file");
    refused(array(bytes(0x0E03, -1, -1, -1)), "more than 2^63 - 1");
    refused(array(bytes(0x0E02, -1, 1 << 30).putDouble(0)), "cut short");
    refused(array(bytes(0x0E01, -1).putDouble(0)), "4294967295");
    refused("<html>not found</html>".getBytes(StandardCharsets.UTF_8), "IDX");
  }

  @Test
  void refusesBombs() throws IOException {
    refused(gzip(array(bytes(0x0801, Integer.MAX_VALUE))), "after decompression");
    refused(gzip(array(bytes(0x0E03, 1 << 30, 1 << 30, 4))), "after decompression");
  }

  @Test
  void saysWhichFileIsMissing() {
    try (Scope scope = Scope.open()) {
      Path missing = folder.resolve("missing");
      assertThatThrownBy(() -> Idx.read(missing, scope))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessage("cannot read " + missing + ": no such file or folder");
    }
  }

  private Tensor read(Scope scope, ByteBuffer content) throws IOException {
    return Idx.read(Files.write(folder.resolve("a.idx"), array(content)), scope);
  }

  private void refused(byte[] content, String message) throws IOException {
    Path file = Files.write(folder.resolve("bad.idx"), content);
    try (Scope scope = Scope.open()) {
      assertThatThrownBy(() -> Idx.read(file, scope))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining(message);
      assertThat(scope.liveBytes()).isLessThan(1024);
    }
  }

  private static ByteBuffer bytes(int magic, int... dims) {
    ByteBuffer bytes = ByteBuffer.allocate(1 << 18).putInt(magic);
    for (int dim : dims) {
      bytes.putInt(dim);
    }
    return bytes;
  }

  private static byte[] array(ByteBuffer bytes) {
    byte[] written = new byte[bytes.position()];
    bytes.get(0, written);
    return written;
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(plain);
    }
    return packed.toByteArray();
  }
}
