package dev.lanewise.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanewise.tensor.Scope;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Runs every reference case of a folder: the project's own, or the one that the system property
 * {@code lanewise.golden} names. A name that the project does not know fails.
 */
class ReferenceCasesTest {

  /** How many cases of each kind the project's own folder has. */
  private static final Map<String, Integer> OWN_CASES =
      Map.of("layer", 30, "loss", 26, "op", 273, "optimizer", 20, "schedule", 9);

  private static final class Count {
    int passed;
    int failed;
  }

  @Test
  void everyCaseOfTheFolder() throws IOException, URISyntaxException {
    Map<String, Count> counts = new TreeMap<>();
    List<String> failures = new ArrayList<>();
    for (Path file : files()) {
      try (Scope scope = Scope.open()) {
        ReferenceCase c = ReferenceCase.read(file, scope);
        Count count = counts.computeIfAbsent(c.kind(), k -> new Count());
        try {
          run(c);
          c.requireAllUsed();
          count.passed++;
        } catch (AssertionError | RuntimeException e) {
          count.failed++;
          failures.add(c.kind() + "/" + c.file() + ": " + e);
        }
      }
    }
    counts.forEach(
        (kind, n) ->
            System.out.printf(
                "reference cases, %-9s: %3d ran, %3d passed, %d failed%n",
                kind, n.passed + n.failed, n.passed, n.failed));
    assertThat(failures).as(String.join("\n", failures)).isEmpty();
    assertThat(counts).as("cases found").isNotEmpty();
    if (System.getProperty("lanewise.golden") == null) {
      Map<String, Integer> ran = new TreeMap<>();
      counts.forEach((kind, n) -> ran.put(kind, n.passed));
      assertThat(ran).isEqualTo(OWN_CASES);
    }
  }

  private static void run(ReferenceCase c) {
    if (GraphCases.knows(c.name())) {
      if (!c.kind().equals("schedule")) {
        GraphCases.run(c);
        return;
      }
    }
    assertThat(OptimizerCases.knows(c.name()))
        .as("a name that the project does not know: " + c.kind() + " " + c.name())
        .isTrue();
    OptimizerCases.run(c);
  }

  private static List<Path> files() throws IOException, URISyntaxException {
    String folder = System.getProperty("lanewise.golden");
    Path root =
        folder != null
            ? Path.of(folder)
            : Path.of(
                    ReferenceCasesTest.class.getResource("/dev/lanewise/golden/README.md").toURI())
                .getParent();
    try (var files = Files.walk(root)) {
      return files.filter(f -> f.toString().endsWith(".safetensors")).sorted().toList();
    }
  }
}
