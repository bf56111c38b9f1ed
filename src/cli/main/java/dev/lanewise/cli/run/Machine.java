package dev.lanewise.cli.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where a program runs.
 *
 * @param jdk version and vendor
 * @param os name and architecture
 * @param cpu the processor's name, or its architecture where it cannot be found out
 * @param cores processors that the JVM may use
 */
public record Machine(String jdk, String os, String cpu, int cores) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** This machine. */
  public static Machine current() {
    return new Machine(
        System.getProperty("java.vm.version") + ", " + System.getProperty("java.vendor"),
        System.getProperty("os.name") + ", " + System.getProperty("os.arch"),
        cpuName(),
        Runtime.getRuntime().availableProcessors());
  }

  private static String cpuName() {
    String unknown = System.getProperty("os.arch");
    if (!Files.isReadable(CPU_INFO)) {
      return unknown;
    }
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .orElse(unknown);
    } catch (IOException e) {
      return unknown;
    }
  }
}
