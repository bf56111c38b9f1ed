package dev.lanewise.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.tensor.TensorStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeTensorsTest {
  @TempDir Path folder;

  @Test
  void writesTheCanonicalLayout() throws IOException {
    Path file = folder.resolve("a.safetensors");
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("u", scope.of(new byte[] {1, 2, 3}));
      tensors.put("b", scope.of(new float[] {1, 2}, 2, 1));
      tensors.put("é\"", scope.scalar(3f));
      tensors.put("w", scope.of(new long[] {-1}));
      SafeTensors.write(file, tensors, Map.of("z", "1", "a", "tab\tend"));
    }
    byte[] bytes = Files.readAllBytes(file);
    int header = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat(header % 8).isZero();
    assertThat(new String(bytes, 8, header, StandardCharsets.UTF_8).stripTrailing())
        .isEqualTo(
            "{\"__metadata__\":{\"a\":\"tab\\tend\",\"z\":\"1\"},"
                + "\"w\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[8,16]},"
                + "\"é\\\"\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[16,20]},"
                + "\"u\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[20,23]}}");
    assertThat(bytes).hasSize(8 + header + 23).endsWith(0, 0, 0x40, 0x40, 1, 2, 3);
  }

  @Test
  void readsBackWhatItWrote() {
    Path file = folder.resolve("a.safetensors");
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (DType dtype : DType.values()) {
        Tensor tensor = scope.zeros(dtype, Shape.of(2, 3));
        for (int i = 0; i < 6; i++) {
          tensor.setDouble(i % 2, i / 3, i % 3);
        }
        tensors.put("t." + dtype, tensor);
      }
      tensors.put("nan", scope.of(new float[] {Float.NaN, -0f}));
      tensors.put("empty", scope.zeros(DType.F64, Shape.of(0, 4)));
      tensors.put("transposed", scope.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3).transpose());
      SafeTensors.write(file, tensors, Map.of());
      try (SafeTensors read = SafeTensors.open(file)) {
        assertThat(read.metadata()).isEmpty();
        assertThat(read.names()).hasSameElementsAs(tensors.keySet());
        read.readAll(scope)
            .forEach(
                (name, copy) -> {
                  Tensor written = Objects.requireNonNull(tensors.get(name));
                  assertThat(copy.dtype()).isEqualTo(written.dtype());
                  assertThat(copy.shape()).isEqualTo(written.shape());
                  assertThat(copy.toDoubles()).containsExactly(written.toDoubles());
                });
      }
    }
  }

  @Test
  void fillsAStoreAndConverts() {
    Path file = folder.resolve("a.safetensors");
    try (Scope scope = Scope.open();
        TensorStore store =
            TensorStore.builder(DType.F64).add("w", Shape.of(2, 2)).add("b", Shape.of(2)).build()) {
      Tensor w = scope.of(new float[] {1, 2, 3, 4}, 2, 2);
      Tensor b = scope.of(new double[] {5, 6});
      SafeTensors.write(file, Map.of("m.w", w, "m.b", b, "other", b), Map.of());
      try (SafeTensors read = SafeTensors.open(file)) {
        read.readInto("m.", store);
        assertThat(store.get("w").toDoubles()).containsExactly(1, 2, 3, 4);
        assertThat(store.get("b").toDoubles()).containsExactly(5, 6);
        Tensor transposed = scope.zeros(DType.F32, Shape.of(2, 2)).transpose();
        read.readInto("m.w", transposed);
        assertThat(transposed.toFloats()).containsExactly(1, 2, 3, 4);
        assertThatThrownBy(() -> read.readInto("x.", store))
            .isInstanceOf(FormatException.class)
            .hasMessageContaining("no tensor \"x.w\"");
        assertThatThrownBy(() -> read.readInto("m.b", w))
            .hasMessageContaining("shape [2], expected shape [2, 2]");
      }
    }
  }

  @Test
  void leavesAStoreAsItWasIfOneTensorDoesNotFit() {
    Path file = folder.resolve("a.safetensors");
    try (Scope scope = Scope.open();
        TensorStore store =
            TensorStore.builder(DType.F32).add("w", Shape.of(2)).add("b", Shape.of(2)).build()) {
      Tensor w = scope.of(new float[] {1, 2});
      SafeTensors.write(file, Map.of("w", w, "b", w.reshape(1, 2)), Map.of());
      try (SafeTensors read = SafeTensors.open(file)) {
        assertThatThrownBy(() -> read.readInto("", store))
            .isInstanceOf(FormatException.class)
            .hasMessageContaining("\"b\" of shape [1, 2]");
        assertThat(store.flat().toFloats()).containsOnly(0);
      }
    }
  }

  @Test
  void widensSmallIntegersAndListsWhatItCannotLoad() throws IOException {
    Path file =
        file(
            "{\"a\":{\"dtype\":\"I8\",\"shape\":[3],\"data_offsets\":[0,3]},"
                + "\"b\":{\"dtype\":\"I16\",\"shape\":[2],\"data_offsets\":[3,7]},"
                + "\"c\":{\"dtype\":\"F4\",\"shape\":[4],\"data_offsets\":[7,9],\"more\":[{}]}}",
            new byte[] {-1, 0, 127, -2, -1, 1, 2, 0, 0});
    try (Scope scope = Scope.open();
        SafeTensors read = SafeTensors.open(file)) {
      assertThat(read.names()).containsExactly("a", "b", "c");
      assertThat(read.read("a", scope).toInts()).containsExactly(-1, 0, 127);
      assertThat(read.read("b", scope).toInts()).containsExactly(-2, 513);
      assertThat(read.storedType("c")).isEqualTo("F4");
      assertThatThrownBy(() -> read.read("c", scope))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("type F4");
    }
  }

  @Test
  void acceptsWhatTheFormatAllows() throws IOException {
    List<String> headers =
        List.of(
            "{}",
            "{}  \n\t",
            "{\"__metadata__\":{}}",
            "{ \"a\" : { \"shape\" : [ ] , \"data_offsets\" : [ 0 , 0 ] , \"dtype\" : \"F4\" } }"
                .replace("[ ]", "[0]"),
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[0,7],\"data_offsets\":[0,0]}}",
            "{\"a\\ud83d\\ude00\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}");
    for (String header : headers) {
      try (SafeTensors read = SafeTensors.open(file(header, new byte[0]))) {
        assertThat(read.names().size()).isLessThan(2);
      }
    }
  }

  @Test
  void acceptsDataThatAreNotAligned() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(9).order(ByteOrder.LITTLE_ENDIAN);
    data.put((byte) 7).putDouble(1.5);
    Path file =
        file(
            "{\"d\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[1,9]},"
                + "\"u\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
            data.array());
    try (Scope scope = Scope.open();
        SafeTensors read = SafeTensors.open(file)) {
      assertThat(read.read("d", scope).getDouble()).isEqualTo(1.5);
    }
  }

  @Test
  void mapsTensorsInPlaceUntilItIsClosed() {
    Path path = folder.resolve("a.safetensors");
    Tensor kept;
    try (Scope scope = Scope.open()) {
      Tensor w = scope.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
      SafeTensors.write(
          path, Map.of("w", w, "none", scope.zeros(DType.F64, Shape.of(0, 4))), Map.of());
      try (SafeTensors file = SafeTensors.open(path)) {
        long live = scope.liveBytes();
        kept = file.map("w");
        assertThat(scope.liveBytes()).isEqualTo(live);
        assertThat(kept.isReadOnly()).isTrue();
        assertThat(kept.toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(file.map("none").shape()).isEqualTo(Shape.of(0, 4));
        assertThat(file.map("w").address()).isEqualTo(kept.address());
        assertThatThrownBy(() -> kept.fill(0)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> file.map("x")).isInstanceOf(FormatException.class);
      }
      assertThat(kept.isAlive()).isFalse();
      assertThatThrownBy(kept::toFloats).isInstanceOf(IllegalStateException.class);
      assertThat(w.copyFrom(new float[6]).toFloats()).containsOnly(0);
    }
  }

  @Test
  void mapsOnlyWhatCanBeUsedInPlace() throws IOException {
    Path path =
        file(
            "{\"d\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[1,9]},"
                + "\"i\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
            new byte[9]);
    try (SafeTensors file = SafeTensors.open(path)) {
      for (String name : List.of("d", "i")) {
        assertThatThrownBy(() -> file.map(name))
            .isInstanceOf(FormatException.class)
            .hasMessageContaining("read it instead");
      }
    }
  }

  /** What the reference implementation wrote, this writer writes again in the same order. */
  @Test
  void writesTheDataOfTheReferenceWriter() throws IOException {
    Path cases = Path.of("test/resources/dev/lanewise/golden/layer");
    int count = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(cases, "*.safetensors");
        Scope scope = Scope.open()) {
      for (Path original : files) {
        Path copy = folder.resolve("copy");
        try (SafeTensors read = SafeTensors.open(original)) {
          SafeTensors.write(copy, read.readAll(scope), read.metadata());
        }
        byte[] first = Files.readAllBytes(original);
        byte[] again = Files.readAllBytes(copy);
        assertThat(data(again)).as(original.toString()).containsExactly(data(first));
        assertThat(again).hasSameSizeAs(first);
        count++;
      }
    }
    assertThat(count).isGreaterThan(20);
  }

  private static byte[] data(byte[] file) {
    int header = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return Arrays.copyOfRange(file, 8 + header, file.length);
  }

  @Test
  void refusesAFileCutAnywhereOrWithMore() throws IOException {
    Path file = folder.resolve("whole");
    try (Scope scope = Scope.open()) {
      Tensor tensor = scope.of(new float[] {1, 2, 3});
      SafeTensors.write(file, Map.of("a", tensor, "b", tensor), Map.of("k", "v"));
    }
    byte[] whole = Files.readAllBytes(file);
    Path cut = folder.resolve("cut");
    for (int length = 0; length < whole.length; length++) {
      Files.write(cut, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> SafeTensors.open(cut).close())
          .as("cut to %d bytes", length)
          .isInstanceOf(FormatException.class)
          .hasMessageContaining(cut.toString());
    }
    Files.write(cut, Arrays.copyOf(whole, whole.length + 1));
    assertThatThrownBy(() -> SafeTensors.open(cut).close())
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("appended");
  }

  @Test
  void refusesWrongHeaderLengths() throws IOException {
    for (long length : new long[] {0, 1, 100_000_001, 99, -1, Long.MIN_VALUE, 1L << 32}) {
      ByteBuffer bytes = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
      Path file = folder.resolve("length");
      Files.write(file, bytes.putLong(length).put("{}".getBytes(StandardCharsets.UTF_8)).array());
      assertThatThrownBy(() -> SafeTensors.open(file).close())
          .as("N = %d", length)
          .isInstanceOf(FormatException.class);
    }
  }

  @Test
  void refusesHostileHeaders() throws IOException {
    String ok = "\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]";
    List<String> headers =
        List.of(
            " {}",
            "[]",
            "nul",
            "{}x",
            "{}{}",
            "{},",
            "{\"a\"}",
            "{\"a\":{" + ok + "},}",
            "{,\"a\":{" + ok + "}}",
            "{\"a\":{" + ok + "}",
            "{\"a\":{" + ok + "},\"a\":{" + ok + "}}",
            "{\"a\":{" + ok + "},\"\\u0061\":{" + ok + "}}",
            "{\"a\\u0000\":{" + ok + "}}",
            "{\"a\u0001\":{" + ok + "}}",
            "{\"a\\ud800\":{" + ok + "}}",
            "{\"a\\udc00x\":{" + ok + "}}",
            "{\"a\\x\":{" + ok + "}}",
            "{\"a\\u12g4\":{" + ok + "}}",
            "{\"a\":[]}",
            "{\"a\":{}}",
            "{\"__metadata__\":[],\"a\":{" + ok + "}}",
            "{\"__metadata__\":{\"k\":1},\"a\":{" + ok + "}}",
            "{\"__metadata__\":{\"k\":null},\"a\":{" + ok + "}}",
            "{\"__metadata__\":{\"k\":\"\",\"k\":\"\"},\"a\":{" + ok + "}}",
            "{\"__metadata__\":{},\"__metadata__\":{},\"a\":{" + ok + "}}",
            "{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}",
            "{\"a\":{\"dtype\":\"F32\"," + ok + "}}",
            "{\"a\":{" + ok + ",\"more\":" + "[".repeat(100_000) + "}}",
            "{\"a\":{" + ok + ",\"more\":01}}",
            "{\"a\":{" + ok + ",\"more\":1.}}",
            "{\"a\":{" + ok + ",\"more\":+1}}",
            "{\"a\":{" + ok + ",\"more\":tru}}",
            "{\"a\":{" + ok + ",\"more\":NaN}}");
    for (String header : headers) {
      refused(header, new byte[8]);
    }
    for (String dtype : List.of("F33", "f32", "", "Q8")) {
      refused(described(dtype, "[2]", "[0,8]"), new byte[8]);
    }
    for (String shape :
        List.of(
            "[-2]",
            "[2.0]",
            "[2e0]",
            "[02]",
            "[18446744073709551616]",
            "[9223372036854775808]",
            "[\"2\"]",
            "[2,]",
            "[[2]]",
            "2",
            "null",
            "[3]",
            "[]",
            "[0]",
            "[2,18446744073709551614]",
            "[2,9223372036854775807]",
            "[4611686018427387906,2]",
            "[" + "1,".repeat(200) + "2]")) {
      refused(described("F32", shape, "[0,8]"), new byte[8]);
    }
    for (String range :
        List.of("[8,0]", "[-8,0]", "[0,7]", "[1,9]", "[0]", "[]", "[0,8,8]", "[0,8.0]", "0")) {
      refused(described("F32", "[2]", range), new byte[8]);
    }
    refused(described("F4", "[3]", "[0,2]"), new byte[2]);
    refused(described("F6_E2M3", "[2]", "[0,2]"), new byte[2]);
  }

  @Test
  void refusesHolesAndOverlaps() throws IOException {
    refused(two("[0,4]", "[0,4]"), new byte[4]);
    refused(two("[0,4]", "[2,6]"), new byte[6]);
    refused(two("[0,4]", "[5,9]"), new byte[9]);
    refused(two("[1,5]", "[5,9]"), new byte[9]);
    refused(two("[0,4]", "[4,8]"), new byte[9]);
    refused(two("[0,4]", "[4,8]"), new byte[7]);
    SafeTensors.open(file(two("[4,8]", "[0,4]"), new byte[8])).close();
  }

  @Test
  void refusesTextThatIsNotUtf8() throws IOException {
    byte[] header = described("F32", "[2]", "[0,8]").getBytes(StandardCharsets.UTF_8);
    header[2] = (byte) 0xC0;
    assertThatThrownBy(() -> SafeTensors.open(file(header, new byte[8])).close())
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("not UTF-8");
  }

  @Test
  void namesFileOffsetFoundAndExpected() throws IOException {
    Path file = file(described("F33", "[2]", "[0,8]"), new byte[8]);
    assertThatThrownBy(() -> SafeTensors.open(file).close())
        .isInstanceOfSatisfying(
            FormatException.class,
            e -> {
              assertThat(e.file()).isEqualTo(file.toString());
              assertThat(e.offset()).isEqualTo(8 + "{\"a\":{\"dtype\":".length());
              assertThat(e.found()).isEqualTo("dtype \"F33\"");
              assertThat(e.expected()).startsWith("one of [BOOL, F4,");
            });
  }

  @Test
  void refusesNamesThatTheFormatForbids() {
    try (Scope scope = Scope.open()) {
      Tensor tensor = scope.scalar(1f);
      for (String name : List.of("__metadata__", "a\0", "\ud800")) {
        assertThatThrownBy(
                () -> SafeTensors.write(folder.resolve("x"), Map.of(name, tensor), Map.of()))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThat(folder.resolve("x")).doesNotExist();
    }
  }

  private void refused(String header, byte[] data) throws IOException {
    Path file = file(header, data);
    assertThatThrownBy(() -> SafeTensors.open(file).close())
        .as(header.substring(0, Math.min(200, header.length())))
        .isInstanceOf(FormatException.class);
  }

  private static String described(String dtype, String shape, String range) {
    return "{\"a\":{\"dtype\":\""
        + dtype
        + "\",\"shape\":"
        + shape
        + ",\"data_offsets\":"
        + range
        + "}}";
  }

  private static String two(String first, String second) {
    String entry = "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":";
    return "{\"a\":" + entry + first + "},\"b\":" + entry + second + "}}";
  }

  private Path file(String header, byte[] data) throws IOException {
    return file(header.getBytes(StandardCharsets.UTF_8), data);
  }

  private Path file(byte[] header, byte[] data) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    return Files.write(
        folder.resolve("made.safetensors"),
        bytes.putLong(header.length).put(header).put(data).array());
  }
}
