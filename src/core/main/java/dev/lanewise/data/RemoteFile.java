package dev.lanewise.data;

import dev.lanewise.io.Sha256;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file of a data set as it should be.
 *
 * @param name its name, without an extension for compression
 * @param bytes its length, uncompressed
 * @param sha256 its checksum, uncompressed
 * @param from what its path ends with in a source
 */
record RemoteFile(String name, long bytes, String sha256, String from) {
  /** A file that its sources call alike. */
  RemoteFile(String name, long bytes, String sha256) {
    this(name, bytes, sha256, name);
  }

  /** The file in a folder under any of its usual names, plain or compressed; null if absent. */
  static @Nullable Path find(Path folder, String name) {
    String dotted = name.replace("-idx", ".idx");
    for (String candidate : List.of(name, name + ".gz", dotted, dotted + ".gz")) {
      Path file = folder.resolve(candidate);
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    return null;
  }

  /**
   * Whether a folder holds this file, with these bytes and no others. What was found to do so is
   * noted there, and taken for granted as long as the file is not written to: to hash MNIST takes
   * 0.1 s.
   */
  boolean isIn(Path folder) {
    Path file = find(folder, name);
    if (file == null) {
      return false;
    }
    Path note = folder.resolve("." + name + ".verified");
    try {
      String version = version(file);
      if (Files.isRegularFile(note) && Files.readString(note).equals(version)) {
        return true;
      }
      boolean genuine = hash(file).equals(sha256);
      if (genuine) {
        write(note, version);
      }
      return genuine;
    } catch (IOException e) {
      // Unreadable or a damaged archive: to be fetched again.
      return false;
    }
  }

  /** What differs once {@code file} is another or has been written to. */
  private String version(Path file) throws IOException {
    long time = Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS);
    return sha256 + " " + file.getFileName() + " " + Files.size(file) + " " + time;
  }

  private static String hash(Path file) throws IOException {
    try (InputStream in = plain(Files.newInputStream(file))) {
      Sha256 sum = new Sha256();
      sum.add(in);
      return sum.hex();
    }
  }

  private static void write(Path note, String version) {
    try {
      Files.writeString(note, version);
    } catch (IOException e) {
      // A cache that cannot be written to: the file is hashed again the next time.
    }
  }

  /** The content of a stream, decompressed if it is gzip. */
  static InputStream plain(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
    buffered.mark(2);
    boolean compressed = buffered.read() == 0x1F && buffered.read() == 0x8B;
    buffered.reset();
    return compressed ? new GZIPInputStream(buffered, 1 << 16) : buffered;
  }
}
