package dev.lanewise.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A headless Chromium that opens a page and reports what it sees. It is {@code
 * -Dlanewise.browser=FILE}, or the first on the PATH.
 *
 * @param program the executable
 */
record Browser(Path program) {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome");
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  /** Counts the charts, and those of them that have no painted pixel, once the page is laid out. */
  private static final String COUNT_CHARTS =
      """
      <script>
      addEventListener("load", () => setTimeout(() => {
        const charts = [...document.querySelectorAll("canvas")];
        const painted = canvas => canvas.width > 0 && canvas.getContext("2d")
            .getImageData(0, 0, canvas.width, canvas.height).data.some(value => value !== 0);
        const wide = document.documentElement.scrollWidth > innerWidth;
        document.body.append(`seen: ${charts.length} charts, ${charts.filter(c => !painted(c)).length} blank`
            + `${wide ? ", too wide" : ""}.`);
      }, 200));
      </script>
      """;

  /** The browser of this machine; a test that needs one is skipped where there is none. */
  static Browser required() {
    Optional<Path> found =
        Optional.ofNullable(System.getProperty("lanewise.browser"))
            .map(Path::of)
            .or(Browser::onThePath);
    assumeTrue(
        found.isPresent(),
        "no browser looks at the page: none of "
            + NAMES
            + " is on the PATH and -Dlanewise.browser is not set");
    return new Browser(found.get());
  }

  private static Optional<Path> onThePath() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Opens {@code page} and keeps a picture of it as {@code target/screenshots/NAME.png}.
   *
   * @param charts how many charts must be there, all of them drawn
   */
  void look(Path page, String name, int charts) throws IOException, InterruptedException {
    Path probed = page.resolveSibling("probed-" + name + ".html");
    Files.writeString(probed, Files.readString(page).replace("</body>", COUNT_CHARTS + "</body>"));
    Path picture = SCREENSHOTS.resolve(name + ".png").toAbsolutePath();
    Files.createDirectories(picture.getParent());
    Files.deleteIfExists(picture);

    assertThat(run(page, "--screenshot=" + picture, "--window-size=1200,4000"))
        .as("console of %s", page)
        .noneMatch(line -> line.contains("CONSOLE"));
    assertThat(picture).isNotEmptyFile();
    assertThat(run(probed, "--dump-dom", "--window-size=600,900"))
        .anyMatch(line -> line.contains("seen: %d charts, 0 blank.".formatted(charts)));
  }

  /** What the browser prints on both of its streams. */
  private List<String> run(Path page, String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            program.toString(),
            "--headless",
            "--no-sandbox", // of which root and containers have none; the page is our own
            "--disable-gpu",
            "--hide-scrollbars",
            "--enable-logging=stderr",
            "--virtual-time-budget=5000"));
    command.addAll(List.of(options));
    command.add(page.toAbsolutePath().toUri().toString());
    Path output = Files.createTempFile("browser", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(2, TimeUnit.MINUTES);
      process.destroyForcibly();
      assertThat(ended).as("the browser ends").isTrue();
      return Files.readAllLines(output);
    } finally {
      Files.delete(output);
    }
  }
}
