package dev.lanewise.io;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The content of a file, read once from start to end, decompressed on the way if it is gzip. What
 * it yields is bounded, so that a small file cannot expand without end.
 */
final class Source implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  /** A gzip file may always expand to this, */
  private static final long EXPANSION_FLOOR = 16L << 20;

  /** and beyond it, to this multiple of its size; ten times what real data sets reach. */
  private static final long EXPANSION_RATIO = 100;

  private final String name;
  private final InputStream in;
  private final boolean compressed;
  private final long maxBytes;
  private long offset;

  private Source(String name, InputStream file, long fileBytes) throws IOException {
    this.name = name;
    InputStream buffered = new BufferedInputStream(file, BUFFER_BYTES);
    buffered.mark(2);
    this.compressed = buffered.read() == 0x1F && buffered.read() == 0x8B;
    buffered.reset();
    this.maxBytes = compressed ? expansionLimit(fileBytes) : fileBytes;
    this.in = compressed ? gunzip(buffered) : buffered;
  }

  private Source(InputStream content, String name, long bytes) {
    this.name = name;
    this.compressed = false;
    this.maxBytes = bytes;
    this.in = content;
  }

  /** The most bytes that a compressed file may expand to. */
  static long expansionLimit(long fileBytes) {
    return Math.max(EXPANSION_FLOOR, fileBytes * EXPANSION_RATIO);
  }

  private GZIPInputStream gunzip(InputStream file) throws IOException {
    try {
      return new GZIPInputStream(file, BUFFER_BYTES);
    } catch (EOFException | ZipException e) {
      throw damaged(e);
    }
  }

  /** Opens a file. */
  static Source open(Path file) {
    try {
      InputStream in = Files.newInputStream(file);
      try {
        return new Source(file.toString(), in, Files.size(file));
      } catch (IOException | RuntimeException e) {
        in.close();
        throw e;
      }
    } catch (IOException e) {
      throw Failures.of("read", file, e);
    }
  }

  /** Reads bytes in memory as the content of a file of the given name. */
  static Source of(byte[] bytes, String name) {
    try {
      return new Source(name, new ByteArrayInputStream(bytes), bytes.length);
    } catch (IOException e) {
      throw Failures.of("read", Path.of(name), e);
    }
  }

  /** Reads a part of a file that says how many bytes it has, such as a member of an archive. */
  static Source of(InputStream content, String name, long bytes) {
    return new Source(content, name, bytes);
  }

  /** The file's name, for messages. */
  String name() {
    return name;
  }

  /** Whether the file is gzip, so that its content may have any length up to the limit. */
  boolean isCompressed() {
    return compressed;
  }

  /** The most bytes there can be; if not compressed, exactly as many as there are. */
  long maxBytes() {
    return maxBytes;
  }

  /** How many bytes were read, uncompressed. */
  long offset() {
    return offset;
  }

  /**
   * Reads until {@code length} bytes are there or the content ends.
   *
   * @return how many bytes were read; less than {@code length} at the end only
   * @throws FormatException if a gzip file is damaged, cut short or expands beyond the limit
   */
  int read(byte[] target, int length) {
    int count;
    try {
      count = in.readNBytes(target, 0, length);
    } catch (EOFException | ZipException e) {
      throw damaged(e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name + ": " + e.getMessage(), e);
    }
    offset += count;
    if (offset > maxBytes) {
      throw tooLarge("more than " + maxBytes + " bytes");
    }
    return count;
  }

  /**
   * Refuses a wrong length before anything is allocated for the data.
   *
   * @param data what they are, for messages
   * @param size how many elements there should be from here to the end
   * @param bytes of each
   */
  void expectData(String data, long size, int bytes) {
    long maxSize = (maxBytes - offset) / bytes;
    if (compressed && size > maxSize) {
      throw tooLarge(data);
    }
    if (!compressed && (size > maxSize || offset + size * bytes != maxBytes)) {
      boolean cut = size > maxSize;
      throw new FormatException(
          name,
          cut ? maxBytes : offset + size * bytes,
          maxBytes + " bytes in the file",
          offset + " + " + data,
          cut ? "the file was cut short" : "something was appended to the file");
    }
  }

  /** Refuses anything after the data. */
  void expectEnd(String data) {
    long end = offset;
    if (read(new byte[1], 1) > 0) {
      throw new FormatException(name, end, "further bytes", "the end after " + data);
    }
  }

  /** The refusal of content that ends too early. */
  FormatException cutShort(String expected) {
    return new FormatException(
        name, offset, "the end of the file", expected, "the file was cut short");
  }

  /** The refusal of content that is larger than the file can honestly hold. */
  FormatException tooLarge(String found) {
    return new FormatException(
        name,
        offset,
        found + " after decompression",
        "at most " + maxBytes + " in a file of this size",
        "decompress it yourself if you trust it");
  }

  private FormatException damaged(IOException e) {
    FormatException damaged =
        new FormatException(
            name,
            offset,
            "a compressed stream that is " + (e instanceof EOFException ? "cut short" : "damaged"),
            "a whole one");
    damaged.initCause(e);
    return damaged;
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + name + ": " + e.getMessage(), e);
    }
  }
}
