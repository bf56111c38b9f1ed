package dev.lanewise.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Small files as the readers know them. */
final class TestFiles {
  private TestFiles() {}

  /** An IDX file of images; the bytes count up. */
  static byte[] images(int count, int height, int width) {
    int size = count * height * width;
    ByteBuffer file = ByteBuffer.allocate(16 + size).putInt(0x0803);
    file.putInt(count).putInt(height).putInt(width);
    for (int i = 0; i < size; i++) {
      file.put((byte) i);
    }
    return file.array();
  }

  /** An IDX file of labels. */
  static byte[] labels(int... labels) {
    ByteBuffer file = ByteBuffer.allocate(8 + labels.length).putInt(0x0801).putInt(labels.length);
    for (int label : labels) {
      file.put((byte) label);
    }
    return file.array();
  }

  static void write(Path file, byte[] content) throws IOException {
    Files.write(file, content);
  }

  static void gzip(Path file, byte[] content) throws IOException {
    Files.write(file, gzip(content));
  }

  static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(content);
    }
    return packed.toByteArray();
  }

  /** A member of a tar archive, with its padding. */
  static byte[] tarMember(String prefix, String name, char type, byte[] content) {
    int padded = (content.length + 511) / 512 * 512;
    ByteBuffer member = ByteBuffer.allocate(512 + padded);
    member.put(0, name.getBytes(StandardCharsets.US_ASCII));
    String size = String.format("%011o", content.length);
    member.put(124, size.getBytes(StandardCharsets.US_ASCII));
    member.put(156, (byte) type);
    member.put(257, "ustar".getBytes(StandardCharsets.US_ASCII));
    member.put(345, prefix.getBytes(StandardCharsets.US_ASCII));
    member.put(512, content);
    return member.array();
  }
}
