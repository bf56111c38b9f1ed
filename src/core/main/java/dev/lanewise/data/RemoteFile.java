package dev.lanewise.data;

import dev.lanewise.io.Sha256;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  /** Whether a folder holds this file, with these bytes and no others. */
  boolean isIn(Path folder) {
    Path file = find(folder, name);
    if (file == null) {
      return false;
    }
    try (InputStream in = plain(Files.newInputStream(file))) {
      Sha256 sum = new Sha256();
      sum.add(in);
      return sum.hex().equals(sha256);
    } catch (IOException e) {
      // Unreadable or a damaged archive: to be fetched again.
      return false;
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
