package dev.lanewise.data;

import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Checksums of files and of data in memory. */
final class Sha256 {
  private static final int BUFFER_BYTES = 1 << 16;

  private final MessageDigest digest;
  private byte[] buffer = new byte[BUFFER_BYTES];

  Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Adds bytes. */
  void add(byte[] bytes, int length) {
    digest.update(bytes, 0, length);
  }

  /** Adds what is left of a stream. */
  void add(InputStream in) throws IOException {
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      digest.update(buffer, 0, count);
    }
  }

  /** Adds the shape of a data set's samples, and their values and targets in order. */
  void add(DataSet data) {
    String shape = data.size() + " x " + data.sampleShape() + data.features().dtype();
    digest.update(shape.getBytes(StandardCharsets.UTF_8));
    addRows(data, data.features());
    addRows(data, data.targets());
  }

  private void addRows(DataSet data, Tensor tensor) {
    MemorySegment segment = tensor.segment();
    int bytes = (int) (segment.byteSize() / tensor.dim(0));
    if (bytes > buffer.length) {
      buffer = new byte[bytes];
    }
    for (int i = 0; i < data.size(); i++) {
      long at = (long) data.row(i) * bytes;
      MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, at, buffer, 0, bytes);
      digest.update(buffer, 0, bytes);
    }
  }

  /** Ends the sum. */
  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
