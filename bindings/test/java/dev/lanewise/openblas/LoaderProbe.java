package dev.lanewise.openblas;

import dev.lanewise.engine.NativeLibraryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Run in a JVM of its own: loads OpenBLAS and prints what came of it, whether subnormal numbers are
 * still computed with, and which files it mapped.
 */
final class LoaderProbe {

  private LoaderProbe() {}

  /** Loads; with an argument, only once its standard input has ended. */
  public static void main(String[] args) throws IOException {
    if (args.length > 0) {
      System.out.println("ready");
      System.in.readAllBytes();
    }
    try {
      OpenBlasProvider provider = new OpenBlasProvider();
      System.out.println("loaded " + provider.description());
      System.out.println("configuration " + provider.configuration());
    } catch (NativeLibraryException e) {
      System.out.println("failed " + e.getMessage());
    }
    float half = Float.parseFloat("0x1p-126f") * Float.parseFloat("0.5");
    System.out.println("subnormals " + (half == 0 ? "flushed" : "kept"));
    Path maps = Path.of("/proc/self/maps");
    if (Files.exists(maps)) {
      Files.readAllLines(maps).stream()
          .filter(line -> line.contains("openblas"))
          .map(line -> "mapped " + line.substring(line.indexOf('/')))
          .distinct()
          .forEach(System.out::println);
    }
  }
}
