package dev.lanewise.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recomputes every golden hash that SPECIFICATION.md prints, with every set of kernels. */
final class SpecificationTest {

  private static final Pattern ROW =
      Pattern.compile("^\\| `([^`]*)` \\| `([0-9a-f]{64})` \\|$", Pattern.MULTILINE);

  static IntStream widths() {
    return IntStream.of(LoopCompiler.SCALAR, 128, 256, 512).filter(b -> b <= Lanes.BITS);
  }

  @ParameterizedTest(name = "{0} bits")
  @MethodSource("widths")
  void everyGoldenHashIsThatOfTheKernels(int bits) throws IOException {
    Map<String, String> printed = new TreeMap<>();
    String text = Files.readString(Path.of("../../SPECIFICATION.md"));
    ROW.matcher(text).results().forEach(row -> printed.put(row.group(1), row.group(2)));
    assertThat(new GoldenHashes(bits).all()).isEqualTo(printed);
  }
}
