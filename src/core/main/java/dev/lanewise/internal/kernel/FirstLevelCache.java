package dev.lanewise.internal.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The first-level data cache of this processor. Results never depend on it. */
final class FirstLevelCache {

  /** Assumed where the system does not tell. */
  private static final int USUAL = 48 << 10;

  /** Its size in bytes. */
  static final int BYTES = bytes(Path.of("/sys/devices/system/cpu/cpu0/cache"));

  private FirstLevelCache() {}

  /**
   * The size in bytes by a folder as Linux has it, with a folder for each cache: its {@code level},
   * {@code type} and {@code size}, such as 1, Data and 48K.
   */
  static int bytes(Path caches) {
    try (Stream<Path> all = Files.list(caches)) {
      return all.filter(cache -> line(cache, "level").equals("1"))
          .filter(cache -> List.of("Data", "Unified").contains(line(cache, "type")))
          .map(cache -> line(cache, "size"))
          .filter(size -> size.matches("[1-9][0-9]{0,5}K"))
          .mapToInt(size -> Integer.parseInt(size, 0, size.length() - 1, 10) << 10)
          .findFirst()
          .orElse(USUAL);
    } catch (IOException | UncheckedIOException e) {
      return USUAL;
    }
  }

  /** The only line of a file, or none if it cannot be read. */
  private static String line(Path cache, String name) {
    try {
      return Files.readString(cache.resolve(name)).strip();
    } catch (IOException _) {
      return "";
    }
  }
}
