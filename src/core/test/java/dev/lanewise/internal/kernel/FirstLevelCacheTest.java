package dev.lanewise.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FirstLevelCacheTest {
  @TempDir Path caches;

  private void cache(String name, String level, String type, String size) throws IOException {
    Path cache = Files.createDirectory(caches.resolve(name));
    Files.writeString(cache.resolve("level"), level + "\n");
    Files.writeString(cache.resolve("type"), type + "\n");
    Files.writeString(cache.resolve("size"), size + "\n");
  }

  @Test
  void isTheDataCacheOfLevelOne() throws IOException {
    cache("index0", "2", "Unified", "1024K");
    cache("index1", "1", "Instruction", "64K");
    cache("index2", "1", "Data", "32K");
    Files.writeString(caches.resolve("uevent"), "");
    assertThat(FirstLevelCache.bytes(caches)).isEqualTo(32768);
  }

  @Test
  void isTheUsualOneWhereTheSystemDoesNotTell() throws IOException {
    assertThat(FirstLevelCache.bytes(caches)).isEqualTo(49152);
    assertThat(FirstLevelCache.bytes(caches.resolve("missing"))).isEqualTo(49152);
    cache("index0", "1", "Data", "");
    cache("index1", "1", "Data", "99999999K");
    assertThat(FirstLevelCache.bytes(caches)).isEqualTo(49152);
  }
}
