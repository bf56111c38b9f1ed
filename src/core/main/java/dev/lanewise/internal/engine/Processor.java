package dev.lanewise.internal.engine;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the processor is and whether it multiplies and adds in one operation. */
final class Processor {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Processor() {}

  /**
   * Its name, with family and model where the system tells them, as makers give one name to many;
   * or its architecture where it cannot be found out.
   */
  static String name() {
    String unknown = System.getProperty("os.arch");
    if (!Files.isReadable(CPU_INFO)) {
      return unknown;
    }
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return name(lines.toList(), unknown);
    } catch (IOException | UncheckedIOException e) {
      return unknown;
    }
  }

  /** The name of the first processor in the lines of /proc/cpuinfo. */
  static String name(List<String> lines, String unknown) {
    Map<String, String> first = new HashMap<>();
    for (String line : lines) {
      String[] entry = line.split(":", 2);
      if (entry.length == 2) {
        first.putIfAbsent(entry[0].strip(), entry[1].strip());
      }
    }
    String name = first.getOrDefault("model name", unknown);
    String family = first.get("cpu family");
    String model = first.get("model");
    return family == null || model == null
        ? name
        : "%s (family %s, model %s)".formatted(name, family, model);
  }

  /**
   * What the JVM says of its flag {@code UseFMA}, which it clears on a processor without FMA: true,
   * false, or unknown in a JVM that is not HotSpot.
   */
  static String usesFma() {
    @Nullable HotSpotDiagnosticMXBean bean =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    try {
      return bean == null ? "unknown" : bean.getVMOption("UseFMA").getValue();
    } catch (IllegalArgumentException _) {
      return "unknown";
    }
  }
}
