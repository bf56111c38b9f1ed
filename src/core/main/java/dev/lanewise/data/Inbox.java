package dev.lanewise.data;

import dev.lanewise.io.AtomicFile;
import dev.lanewise.io.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Takes the files of a data set from wherever they come into its folder, if they are genuine. */
final class Inbox {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path folder;
  private final List<RemoteFile> missing;
  private final DownloadListener listener;

  /** Wants those files that the folder lacks or holds in a damaged form. */
  Inbox(Path folder, List<RemoteFile> files, DownloadListener listener) {
    this.folder = folder;
    this.missing = new ArrayList<>(files.stream().filter(file -> !file.isIn(folder)).toList());
    this.listener = listener;
  }

  /** The files still wanted. */
  List<RemoteFile> missing() {
    return List.copyOf(missing);
  }

  DownloadListener listener() {
    return listener;
  }

  /**
   * Takes a file if it is wanted.
   *
   * @param path its path or name, with or without the extension of a compressed file
   * @param content its bytes, plain or gzip
   * @throws DataException if it is not the file it should be
   * @throws IOException if it cannot be read
   */
  void offer(String path, InputStream content) throws IOException {
    String plainPath = "/" + path.replaceFirst("\\.gz$", "");
    for (RemoteFile file : missing()) {
      if (plainPath.endsWith("/" + file.from())) {
        InputStream plain = RemoteFile.plain(content);
        AtomicFile.write(folder.resolve(file.name()), out -> copy(plain, out, file));
        missing.remove(file);
      }
    }
  }

  /** Copies and verifies; the file only takes its place if this does not throw. */
  private void copy(InputStream in, WritableByteChannel out, RemoteFile file) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    Sha256 sum = new Sha256();
    long done = 0;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      done += count;
      if (done > file.bytes()) {
        break;
      }
      sum.add(buffer, count);
      out.write(ByteBuffer.wrap(buffer, 0, count));
      listener.progress(file.name(), done, file.bytes());
    }
    String found = sum.hex();
    if (done != file.bytes() || !found.equals(file.sha256())) {
      throw new DataException(
          done == file.bytes()
              ? file.name() + " has SHA-256 " + found + ", expected " + file.sha256()
              : file.name()
                  + " has "
                  + (done > file.bytes() ? "more than " + file.bytes() : Long.toString(done))
                  + " bytes, expected "
                  + file.bytes());
    }
  }
}
