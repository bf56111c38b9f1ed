package dev.lanewise.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the README shows is what compiles and runs. */
class ReadmeTest {

  @Test
  void theExampleTrains() {
    assertThat(ReadmeExample.run().test().accuracy()).isGreaterThan(0.95);
  }

  @Test
  void theReadmeShowsTheExample() throws IOException {
    Path source = Path.of("test/java/dev/lanewise/readme/ReadmeExample.java");
    String code = Files.readString(source);
    String example = code.substring(code.indexOf("// begin"), code.indexOf("// end"));
    String body = example.substring(example.indexOf('\n') + 1).stripTrailing();
    assertThat(words(Files.readString(Path.of("../../README.md")))).contains(words(body));
  }

  /** The text with white space folded, as a README may break lines otherwise. */
  private static String words(String text) {
    return text.replaceAll("\\s+", "");
  }
}
