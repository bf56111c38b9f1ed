package dev.lanewise.cli.run;

import dev.lanewise.io.FormatException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads {@code metrics.jsonl} line by line. A last line cut short by a crash is no line. */
public final class MetricsReader implements AutoCloseable {
  private final Path file;
  private final BufferedReader reader;
  private @Nullable JsonNode ahead;
  private long number;

  /** Opens {@code file} at its first line. */
  public MetricsReader(Path file) {
    this.file = file;
    try {
      reader = Files.newBufferedReader(file);
      ahead = read();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** The line that {@link #next} returns. */
  public @Nullable JsonNode peek() {
    return ahead;
  }

  /**
   * The next line, or null after the last.
   *
   * @throws FormatException if the line after it is no object of JSON
   */
  public @Nullable JsonNode next() {
    JsonNode line = ahead;
    try {
      ahead = line == null ? null : read();
    } catch (IOException e) {
      throw failed(e);
    }
    return line;
  }

  private @Nullable JsonNode read() throws IOException {
    String line = reader.readLine();
    if (line == null) {
      return null;
    }
    number++;
    try {
      JsonNode tree = Json.tree(line);
      if (tree.path("kind").isString()) {
        return tree;
      }
    } catch (JacksonException e) {
      if (reader.readLine() == null) {
        return null;
      }
    }
    throw new FormatException(
        file.toString(), 0, "no metrics in line " + number, "an object with the key \"kind\"");
  }

  private UncheckedIOException failed(IOException e) {
    return new UncheckedIOException("cannot read " + file, e);
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
