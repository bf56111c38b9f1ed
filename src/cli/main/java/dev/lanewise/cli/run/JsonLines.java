package dev.lanewise.cli.run;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A file of JSON objects, a line each, each line written at once. */
final class JsonLines implements AutoCloseable {
  private final GrowingFile file;

  /** Opens a file to write at its end, or makes it. */
  JsonLines(Path file) {
    this.file = new GrowingFile(file);
  }

  void write(Object line) {
    file.write(ByteBuffer.wrap((Json.line(line) + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  /** The size in bytes, all of which are on the disk. */
  long forcedSize() {
    return file.forcedSize();
  }

  /** Forgets what comes after {@code size} bytes. */
  void truncate(long size) {
    file.truncate(size);
  }

  @Override
  public void close() {
    file.close();
  }
}
