package dev.lanewise.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Writes a file so that a crash, a kill or a full disk at any moment leaves the old file or the new
 * one, whole: temporary file in the same folder, forced to the disk, its length verified, moved
 * over the old one in one step, then the folder forced too.
 */
public final class AtomicFile {
  private static final Pattern TEMPORARY = Pattern.compile("\\..+\\.[0-9a-f-]{36}\\.tmp");

  private AtomicFile() {}

  /** What goes into the file. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes everything.
     *
     * @param out where to; each write takes all that remains in the buffer
     * @throws IOException if writing fails; the old file then stays
     */
    void writeTo(WritableByteChannel out) throws IOException;
  }

  /**
   * Writes or replaces a file.
   *
   * @param file the file; its folder must exist
   * @param content what goes into it
   * @throws UncheckedIOException if that fails; an old file is then as it was
   */
  public static void write(Path file, Content content) {
    Path target = file.toAbsolutePath();
    Path temporary =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try {
        fill(temporary, content);
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
      forceFolder(target);
    } catch (IOException e) {
      throw Failures.of("write", file, e);
    }
  }

  /**
   * Writes or replaces a text file.
   *
   * @param file the file; its folder must exist
   * @param text its content, stored as UTF-8
   * @throws UncheckedIOException if that fails; an old file is then as it was
   */
  public static void write(Path file, String text) {
    write(file, out -> out.write(StandardCharsets.UTF_8.encode(text)));
  }

  /**
   * Removes the temporary files of writers that were killed. For the only writer of a folder, while
   * it writes nothing there.
   *
   * @param folder where to look; need not exist
   * @throws UncheckedIOException if that fails
   */
  public static void removeLeftovers(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".*.tmp")) {
      for (Path file : files) {
        if (TEMPORARY.matcher(file.getFileName().toString()).matches()) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw Failures.of("clean up", folder, e);
    }
  }

  private static void fill(Path temporary, Content content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      Counting out = new Counting(channel);
      content.writeTo(out);
      channel.force(true);
      if (channel.size() != out.written) {
        throw new IOException(
            "the disk holds " + channel.size() + " of the " + out.written + " bytes written");
      }
    }
  }

  /** Makes the new directory entry durable. Windows has no such call, and no need of it. */
  private static void forceFolder(Path target) throws IOException {
    Path folder = target.getParent();
    if (folder != null && target.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** Writes buffers whole and counts their bytes. Closing it is left to the owner of the file. */
  private static final class Counting implements WritableByteChannel {
    private final FileChannel channel;
    private long written;

    Counting(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      int count = bytes.remaining();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      written += count;
      return count;
    }

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public void close() {}
  }
}
