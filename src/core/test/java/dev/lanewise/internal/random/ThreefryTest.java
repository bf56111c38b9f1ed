package dev.lanewise.internal.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class ThreefryTest {

  @Test
  void givesTheKnownAnswersOfRandom123() throws IOException {
    int answers = 0;
    for (String line : resource("threefry2x32-kat.txt").lines().toList()) {
      if (line.startsWith("#")) {
        continue;
      }
      String[] words = line.strip().split("\\s+", -1);
      assertThat(words).startsWith("threefry2x32", "20").hasSize(8);
      long counter = pair(words[2], words[3]);
      long key = pair(words[4], words[5]);
      assertThat(Threefry.block(key, counter)).as(line).isEqualTo(pair(words[6], words[7]));
      answers++;
    }
    assertThat(answers).isEqualTo(3);
  }

  @Test
  void bitsAreTheWordsOfTheBlocksInOrder() {
    long key = 0x0123456789ABCDEFL;
    for (long block : new long[] {0, 1, 77, 1L << 40, Long.MAX_VALUE}) {
      long words = Threefry.block(key, block);
      assertThat(Threefry.bits(key, 2 * block)).isEqualTo((int) words);
      assertThat(Threefry.bits(key, 2 * block + 1)).isEqualTo((int) (words >>> 32));
    }
  }

  private static long pair(String low, String high) {
    return Long.parseLong(low, 16) | (Long.parseLong(high, 16) << 32);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ThreefryTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
    }
  }
}
