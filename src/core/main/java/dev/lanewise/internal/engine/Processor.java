package dev.lanewise.internal.engine;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the processor is and whether it multiplies and adds in one operation. */
final class Processor {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Processor() {}

  /** Its name, or its architecture where it cannot be found out. */
  static String name() {
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
