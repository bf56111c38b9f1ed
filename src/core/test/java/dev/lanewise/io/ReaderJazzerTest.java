package dev.lanewise.io;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.lanewise.tensor.LanewiseException;
import dev.lanewise.tensor.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fuzzing guided by coverage: looks for files that let out anything but a typed error, one reader a
 * call. Otherwise skipped, because it instruments all that its process runs afterwards.
 *
 * <pre>JAZZER_FUZZ=1 mvn test -pl src/core -Dtest=ReaderJazzerTest#npz</pre>
 */
@EnabledIfEnvironmentVariable(named = "JAZZER_FUZZ", matches = "1")
class ReaderJazzerTest {
  private static Path folder = Path.of("");

  @BeforeAll
  static void openFolder() throws IOException {
    folder = Files.createTempDirectory("jazzer");
  }

  @AfterAll
  static void deleteFolder() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private static List<byte[]> seeds(FuzzedReader reader) throws IOException {
    Path seeding = Files.createTempDirectory("seeds");
    try (Scope scope = Scope.open()) {
      return reader.seeds(seeding, scope);
    } finally {
      Files.deleteIfExists(seeding.resolve("seed"));
      Files.delete(seeding);
    }
  }

  static List<byte[]> safetensorsSeeds() throws IOException {
    return seeds(FuzzedReader.SAFETENSORS);
  }

  @MethodSource("safetensorsSeeds")
  @FuzzTest(maxDuration = "5s")
  void safetensors(byte[] content) throws IOException {
    check(FuzzedReader.SAFETENSORS, content);
  }

  static List<byte[]> checkpointSeeds() throws IOException {
    return seeds(FuzzedReader.CHECKPOINT);
  }

  @MethodSource("checkpointSeeds")
  @FuzzTest(maxDuration = "5s")
  void checkpoint(byte[] content) throws IOException {
    check(FuzzedReader.CHECKPOINT, content);
  }

  static List<byte[]> npySeeds() throws IOException {
    return seeds(FuzzedReader.NPY);
  }

  @MethodSource("npySeeds")
  @FuzzTest(maxDuration = "5s")
  void npy(byte[] content) throws IOException {
    check(FuzzedReader.NPY, content);
  }

  static List<byte[]> npzSeeds() throws IOException {
    return seeds(FuzzedReader.NPZ);
  }

  @MethodSource("npzSeeds")
  @FuzzTest(maxDuration = "5s")
  void npz(byte[] content) throws IOException {
    check(FuzzedReader.NPZ, content);
  }

  static List<byte[]> idxSeeds() throws IOException {
    return seeds(FuzzedReader.IDX);
  }

  @MethodSource("idxSeeds")
  @FuzzTest(maxDuration = "5s")
  void idx(byte[] content) throws IOException {
    check(FuzzedReader.IDX, content);
  }

  static List<byte[]> csvSeeds() throws IOException {
    return seeds(FuzzedReader.CSV);
  }

  @MethodSource("csvSeeds")
  @FuzzTest(maxDuration = "5s")
  void csv(byte[] content) throws IOException {
    check(FuzzedReader.CSV, content);
  }

  static List<byte[]> tableSeeds() throws IOException {
    return seeds(FuzzedReader.TABLE);
  }

  @MethodSource("tableSeeds")
  @FuzzTest(maxDuration = "5s")
  void table(byte[] content) throws IOException {
    check(FuzzedReader.TABLE, content);
  }

  static List<byte[]> normalizerSeeds() throws IOException {
    return seeds(FuzzedReader.NORMALIZER);
  }

  @MethodSource("normalizerSeeds")
  @FuzzTest(maxDuration = "5s")
  void normalizer(byte[] content) throws IOException {
    check(FuzzedReader.NORMALIZER, content);
  }

  static List<byte[]> jsonSeeds() throws IOException {
    return seeds(FuzzedReader.JSON);
  }

  @MethodSource("jsonSeeds")
  @FuzzTest(maxDuration = "5s")
  void json(byte[] content) throws IOException {
    check(FuzzedReader.JSON, content);
  }

  private static void check(FuzzedReader reader, byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("fuzzed"), content);
    try (Scope scope = Scope.open()) {
      reader.read(file, scope);
    } catch (LanewiseException e) {
      // What a damaged file is to end in.
    }
  }
}
