package dev.lanewise.data;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads tar archives (ustar), one member after the other. Members other than plain files, and the
 * extension records for long names, are passed over.
 */
final class Tar {
  private static final int BLOCK = 512;

  private Tar() {}

  /** Takes the files of an archive. */
  @FunctionalInterface
  interface Sink {
    /** Takes a file; it need not read it all. */
    void file(String path, InputStream content) throws IOException;
  }

  /**
   * Hands all files of an archive to a sink.
   *
   * @throws IOException if the archive is cut short or damaged
   */
  static void read(InputStream in, Sink sink) throws IOException {
    byte[] header = new byte[BLOCK];
    while (in.readNBytes(header, 0, BLOCK) == BLOCK && header[0] != 0) {
      long bytes = octal(header, 124, 12);
      Member member = new Member(in, bytes);
      if (header[156] == '0' || header[156] == 0) {
        String prefix = header[257] == 'u' ? text(header, 345, 155) : "";
        String name = text(header, 0, 100);
        sink.file(prefix.isEmpty() ? name : prefix + "/" + name, member);
      }
      member.skipNBytes(member.left);
      in.skipNBytes(-bytes & BLOCK - 1);
    }
  }

  private static String text(byte[] header, int from, int length) {
    int to = from;
    while (to < from + length && header[to] != 0) {
      to++;
    }
    return new String(Arrays.copyOfRange(header, from, to), StandardCharsets.UTF_8);
  }

  private static long octal(byte[] header, int from, int length) throws IOException {
    String digits = text(header, from, length).strip();
    try {
      return Long.parseUnsignedLong(digits, 8);
    } catch (NumberFormatException e) {
      throw new IOException("the archive is damaged: a member's size is \"" + digits + "\"", e);
    }
  }

  /** The bytes of one member. */
  private static final class Member extends FilterInputStream {
    private long left;

    Member(InputStream in, long bytes) {
      super(in);
      this.left = bytes;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count = in.read(target, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new EOFException("the archive is cut short");
      }
      left -= count;
      return count;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = in.skip(Math.min(count, left));
      left -= skipped;
      return skipped;
    }

    @Override
    public int available() throws IOException {
      return (int) Math.min(in.available(), left);
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    /** Leaves the archive open. */
    @Override
    public void close() {}
  }
}
