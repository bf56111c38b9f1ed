package dev.lanewise.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says where data lie. */
final class DataArguments {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A folder with data of your own in place of the downloaded ones.")
  private @Nullable Path folder;

  /** The folder of the user's own data, or null. */
  @Nullable Path folder() {
    return folder;
  }
}
