package dev.lanewise.cli.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file of JSON objects, a line each, each line written at once. */
final class JsonLines implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;

  /** Opens a file to write at its end, or makes it. */
  JsonLines(Path file) {
    this.file = file;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.position(channel.size());
    } catch (IOException e) {
      throw failed("open", e);
    }
  }

  void write(Object line) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(Json.line(line) + "\n");
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw failed("write", e);
    }
  }

  /** The size in bytes, all of which are on the disk. */
  long forcedSize() {
    try {
      channel.force(false);
      return channel.size();
    } catch (IOException e) {
      throw failed("write", e);
    }
  }

  /** Forgets what comes after {@code size} bytes. */
  void truncate(long size) {
    try {
      if (channel.size() < size) {
        throw new IOException("it has %d bytes, expected %d".formatted(channel.size(), size));
      }
      channel.truncate(size);
      channel.position(size);
    } catch (IOException e) {
      throw failed("go on with", e);
    }
  }

  private UncheckedIOException failed(String what, IOException e) {
    return new UncheckedIOException("cannot %s %s".formatted(what, file), e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failed("close", e);
    }
  }
}
