package dev.lanewise.io;

import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 (FIPS 180-4) over what is added, one after the other. For one thread at a time. */
public final class Sha256 {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final long PIECE_BYTES = 1 << 20;

  private final MessageDigest digest;

  /** Begins with nothing. */
  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /**
   * Adds the first bytes of an array.
   *
   * @param bytes where they are
   * @param length how many, from 0 to the array's length
   */
  public void add(byte[] bytes, int length) {
    digest.update(bytes, 0, length);
  }

  /**
   * Adds a text in UTF-8.
   *
   * @param text without its length
   */
  public void add(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Adds the elements of a tensor in order, little-endian; neither its type nor its shape.
   *
   * @param tensor contiguous, of any shape
   * @throws dev.lanewise.tensor.ShapeException if it is not contiguous
   */
  public void add(Tensor tensor) {
    // tensors are in the machine's order; SafeTensors has refused others than little-endian
    MemorySegment bytes = tensor.segment();
    for (long at = 0; at < bytes.byteSize(); at += PIECE_BYTES) {
      long count = Math.min(PIECE_BYTES, bytes.byteSize() - at);
      digest.update(bytes.asSlice(at, count).asByteBuffer());
    }
  }

  /**
   * Adds what is left of a stream.
   *
   * @param in stays open
   * @throws IOException if it cannot be read
   */
  public void add(InputStream in) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      add(buffer, count);
    }
  }

  /**
   * Ends the sum, and begins anew with nothing.
   *
   * @return its 64 hexadecimal digits
   */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
