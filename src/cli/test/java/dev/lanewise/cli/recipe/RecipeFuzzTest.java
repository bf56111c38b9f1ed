package dev.lanewise.cli.recipe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Damaged recipes, the same ones each time, are read or refused with one typed error. */
class RecipeFuzzTest {
  private static final int FILES = 1_000;

  /** What YAML and recipes stumble over. */
  private static final List<String> WORDS =
      List.of(
          "-1",
          "1e999",
          ".nan",
          ".inf",
          "0x7fffffff",
          "99999999999999999999",
          "~",
          "null",
          "true",
          "[",
          "]",
          "{",
          "}",
          ": ",
          "- ",
          "\n",
          "\t",
          "  ",
          "\"",
          "'",
          "#",
          "&a ",
          "*a",
          "!!java",
          "<<: *a",
          "---\n",
          "%YAML 9.9\n",
          "? ",
          "|\n",
          "\0",
          "\ud800",
          "\ufeff",
          "linear",
          "relu",
          "[[[[[[[[[[[[[[[[");

  @TempDir Path folder;

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void refusesWithRecipeExceptionsOnly() throws IOException {
    Random random = new Random(2);
    Path file = folder.resolve("fuzzed.yaml");
    int refused = 0;
    for (int i = 0; i < FILES; i++) {
      String name = RecipeReader.BUILT_IN.get(random.nextInt(RecipeReader.BUILT_IN.size()));
      StringBuilder text = new StringBuilder(RecipeReader.write(RecipeReader.read(name, Map.of())));
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        int from = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), from + random.nextInt(12));
        text.replace(from, random.nextBoolean() ? from : to, word(random));
      }
      Files.writeString(file, new String(text.toString().getBytes(UTF_8), UTF_8));
      try {
        RecipeReader.read(file.toString(), Map.of());
      } catch (RecipeException e) {
        refused++;
      } catch (RuntimeException | Error e) {
        throw new AssertionError("an untyped error on\n" + text, e);
      }
    }
    assertThat(refused).as("recipes refused of %d", FILES).isGreaterThan(FILES / 4);
  }

  private static String word(Random random) {
    return random.nextInt(3) == 0 ? "" : WORDS.get(random.nextInt(WORDS.size()));
  }
}
