package dev.lanewise.cli;

import dev.lanewise.data.DataCache;
import dev.lanewise.data.RemoteData;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lanewise data}: the data sets that recipes name. */
@Command(name = "data", description = "Lists and fetches data sets.")
final class DataCommand implements Runnable {
  private static final String DIGITS = "digits";
  private static final double MEGABYTE = 1e6;

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }

  @Command(name = "list", description = "Lists the data sets and where they lie.")
  int list(
      @Option(names = "--data", paramLabel = "DIR", description = "The cache.")
          @Nullable Path root) {
    PrintStream out = System.out;
    DataCache cache = cache(root);
    String row = "%-14s %-70s %s%n";
    out.printf(row, DIGITS, "handwritten digits, 8 x 8, 10 classes, 1,442 + 355", "built in");
    for (RemoteData data : RemoteData.all()) {
      String place =
          data.isIn(cache)
              ? cache.folder(data.name()).toString()
              : String.format(
                  Locale.ROOT,
                  "%.0f MB, lanewise data get %s",
                  data.bytes() / MEGABYTE,
                  data.name());
      out.printf(row, data.name(), data.description(), place);
    }
    return Failures.DONE;
  }

  @Command(name = "get", description = "Fetches a data set into the cache.")
  int get(
      @Parameters(paramLabel = "NAME", description = "What data list names.") String name,
      @Option(names = "--data", paramLabel = "DIR", description = "The cache.")
          @Nullable Path root) {
    Terminal terminal = Terminal.standard();
    if (name.equals(DIGITS)) {
      terminal.out().println("the digits come with the program");
      return Failures.DONE;
    }
    RemoteData data =
        RemoteData.named(name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "unknown data set \"%s\"; known: %s"
                            .formatted(
                                name,
                                RemoteData.all().stream()
                                    .map(RemoteData::name)
                                    .collect(Collectors.joining(", ")))));
    Path folder = data.fetch(cache(root), new DownloadProgress(terminal, false));
    terminal.out().println(name + " is in " + folder);
    return Failures.DONE;
  }

  private static DataCache cache(@Nullable Path root) {
    return root == null ? DataCache.user() : new DataCache(root);
  }
}
