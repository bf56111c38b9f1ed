package dev.lanewise.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How much off-heap memory this process may use, and how byte counts read and print. */
final class Budget {
  static final String PROPERTY = "lanewise.offheap.budget";

  private static final Pattern SIZE = Pattern.compile("(\\d{1,18})\\s*([KMGT]?)(i?B)?");
  private static final String UNITS = "KMGT";

  private Budget() {}

  /** The property if set, else three quarters of what the machine or container has. */
  static long resolve(@Nullable String property) {
    if (property != null) {
      return parse(property);
    }
    long limit = machineLimit(Path.of("/"));
    // Without /proc: the default maximum heap is a quarter of the machine's memory.
    return limit == Long.MAX_VALUE ? 3 * Runtime.getRuntime().maxMemory() : limit / 4 * 3;
  }

  /** Bytes from forms such as {@code 8G}, {@code 512M}, {@code 1048576}. Units are binary. */
  static long parse(String text) {
    Matcher matcher = SIZE.matcher(text.strip().toUpperCase(Locale.ROOT).replace("IB", "iB"));
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      int shift = 10 * (UNITS.indexOf(matcher.group(2)) + 1);
      if (matcher.group(2).isEmpty()) {
        shift = 0;
      }
      if (number > 0 && number <= Long.MAX_VALUE >> shift) {
        return number << shift;
      }
    }
    throw new LanewiseException(
        "-D%s=%s is not a memory size; write for example 8G, 512M or 1073741824"
            .formatted(PROPERTY, text));
  }

  /**
   * The smallest of the machine's memory and the control-group limits that apply to this process,
   * version 1 or 2; {@link Long#MAX_VALUE} if none is known.
   *
   * @param root the root of the file system, another one in tests
   */
  static long machineLimit(Path root) {
    long limit = Long.MAX_VALUE;
    for (String line : lines(root.resolve("proc/meminfo"))) {
      if (line.startsWith("MemTotal:")) {
        limit = Math.min(limit, number(line.replaceAll("\\D", "")) * 1024);
      }
    }
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      String[] part = line.split(":", 3); // hierarchy:controllers:path
      if (part.length == 3 && part[1].isEmpty()) {
        limit = Math.min(limit, groupLimit(root.resolve("sys/fs/cgroup"), part[2], "memory.max"));
      } else if (part.length == 3 && List.of(part[1].split(",")).contains("memory")) {
        Path base = root.resolve("sys/fs/cgroup/memory");
        limit = Math.min(limit, groupLimit(base, part[2], "memory.limit_in_bytes"));
      }
    }
    return limit;
  }

  /** The least limit from a group up to the root; in a container the inner path may not exist. */
  private static long groupLimit(Path base, String group, String file) {
    long limit = Long.MAX_VALUE;
    Path at = base.resolve(group.replaceFirst("^/+", "")).normalize();
    while (at != null && at.startsWith(base)) {
      for (String line : lines(at.resolve(file))) {
        limit = Math.min(limit, number(line.strip()));
      }
      at = at.getParent();
    }
    return limit;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      return List.of(); // a limit that cannot be read does not limit
    }
  }

  private static long number(String digits) {
    return digits.matches("\\d{1,18}") && Long.parseLong(digits) > 0
        ? Long.parseLong(digits)
        : Long.MAX_VALUE;
  }

  /** A byte count for people, as in {@code 1.5 GiB}. */
  static String format(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    int unit = Math.min(4, (63 - Long.numberOfLeadingZeros(bytes)) / 10);
    double value = bytes / (double) (1L << (10 * unit));
    return String.format(Locale.ROOT, "%.1f %siB", value, UNITS.charAt(unit - 1));
  }
}
