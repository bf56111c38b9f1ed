package dev.lanewise.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.lanewise.tensor.LanewiseException;
import dev.lanewise.tensor.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Thousands of damaged files for each reader, the same ones each time: it reads them or refuses
 * them with a typed error, holds no more memory than the file can honestly fill, and comes back.
 */
class ReaderFuzzTest {
  private static final int FILES = Integer.getInteger("lanewise.fuzz.files", 1_000);

  /** What a compressed file may always expand to, I8 widened to I32, and a second copy of it. */
  private static final long MOST_BYTES = 16L << 20 << 3;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(FuzzedReader.class)
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void refusesWithTypedErrorsOnly(FuzzedReader reader) throws IOException {
    int refused = 0;
    try (Scope seeding = Scope.open()) {
      Mutations mutations = new Mutations(1, reader.seeds(folder, seeding));
      for (int i = 0; i < FILES; i++) {
        refused += refuses(reader, mutations.next()) ? 1 : 0;
      }
    }
    assertThat(refused).as("files refused of %d", FILES).isGreaterThan(FILES / 4);
  }

  @ParameterizedTest
  @EnumSource(FuzzedReader.class)
  void readsTheFilesThatItStartsFrom(FuzzedReader reader) {
    try (Scope scope = Scope.open()) {
      for (byte[] seed : reader.seeds(folder, scope)) {
        Path file = folder.resolve("valid");
        assertThatCode(
                () -> {
                  Files.write(file, seed);
                  reader.read(file, scope);
                })
            .doesNotThrowAnyException();
      }
    }
  }

  private boolean refuses(FuzzedReader reader, byte[] content) throws IOException {
    Path file = folder.resolve("fuzzed");
    Files.write(file, content);
    try (Scope scope = Scope.open()) {
      try {
        reader.read(file, scope);
        return false;
      } catch (LanewiseException e) {
        return true;
      } catch (RuntimeException | Error e) {
        throw new AssertionError(
            reader + " let an untyped error out on " + HexFormat.of().formatHex(content), e);
      } finally {
        assertThat(scope.capacityBytes()).isLessThanOrEqualTo(MOST_BYTES);
      }
    }
  }
}
