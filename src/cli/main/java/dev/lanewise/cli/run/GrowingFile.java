package dev.lanewise.cli.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that grows at its end, each piece written at once, and can be cut back. */
final class GrowingFile implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;

  /** Opens a file to write at its end, or makes it. */
  GrowingFile(Path file) {
    this.file = file;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.position(channel.size());
    } catch (IOException e) {
      throw failed("open", e);
    }
  }

  void write(ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw failed("write", e);
    }
  }

  /** The size in bytes. */
  long size() {
    try {
      return channel.size();
    } catch (IOException e) {
      throw failed("read the size of", e);
    }
  }

  /** The size in bytes, all of which are on the disk. */
  long forcedSize() {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw failed("write", e);
    }
    return size();
  }

  /** Forgets what comes after {@code size} bytes. */
  void truncate(long size) {
    try {
      if (size() < size) {
        throw new IOException("it has %d bytes, expected %d".formatted(size(), size));
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
