import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks ({@code check}) or rewrites ({@code write}) every checked-in Java source with
 * google-java-format, from the root of the repository. Generated code is left alone.
 */
final class Format {

  private Format() {}

  public static void main(String[] args) throws IOException, FormatterException {
    boolean write = args[0].equals("write");
    var formatter = new Formatter();
    List<Path> different = new ArrayList<>();
    for (Path file : sources(Path.of(""))) {
      String before = Files.readString(file);
      String after;
      try {
        after = formatter.formatSourceAndFixImports(before);
      } catch (FormatterException e) {
        throw new IllegalStateException(file + ": " + e.getMessage(), e);
      }
      if (!after.equals(before)) {
        different.add(file);
        if (write) {
          Files.writeString(file, after);
        }
      }
    }
    different.forEach(
        file -> System.err.println((write ? "formatted " : "not formatted: ") + file));
    if (!write && !different.isEmpty()) {
      System.err.println("To format all sources: mvn -N verify -Pformat");
      System.exit(1);
    }
  }

  private static List<Path> sources(Path root) throws IOException {
    try (var files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !contains(file, "target") && !contains(file, "cblas"))
          .sorted()
          .toList();
    }
  }

  private static boolean contains(Path file, String folder) {
    for (Path part : file) {
      if (part.toString().equals(folder)) {
        return true;
      }
    }
    return false;
  }
}
