package dev.lanewise.internal.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Known results in {@code dev/lanewise/vectors}. */
final class VectorTable {

  private VectorTable() {}

  /** The rows of a comma-separated file whose first column is {@code key}. */
  static List<List<String>> rows(String file, String key) {
    String path = "/dev/lanewise/vectors/" + file;
    try (InputStream in =
        Objects.requireNonNull(VectorTable.class.getResourceAsStream(path), path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> List.of(line.strip().split(",", -1)))
          .filter(row -> row.getFirst().equals(key))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A column of 0x... bit patterns of binary32 numbers. */
  static float[] floats(List<List<String>> rows, int column) {
    float[] values = new float[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat((int) bits(rows.get(i).get(column)));
    }
    return values;
  }

  /** A column of 0x... bit patterns of binary64 numbers. */
  static double[] doubles(List<List<String>> rows, int column) {
    double[] values = new double[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.longBitsToDouble(bits(rows.get(i).get(column)));
    }
    return values;
  }

  private static long bits(String hex) {
    return Long.parseUnsignedLong(hex.substring("0x".length()), 16);
  }
}
