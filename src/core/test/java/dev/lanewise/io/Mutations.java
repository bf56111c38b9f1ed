package dev.lanewise.io;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages files, the same way for the same seed. */
final class Mutations {
  /** What readers stumble over: numbers at the edge, brackets, quotes, words of the formats. */
  private static final List<String> WORDS =
      List.of(
          "0",
          "-1",
          "1e9",
          "18446744073709551615",
          "9223372036854775807",
          "4294967296",
          "NaN",
          "Infinity",
          "[",
          "]",
          "{",
          "}",
          "(",
          ")",
          "\"",
          "'",
          "\\",
          "\\u0000",
          "\\ud800",
          ",",
          ":",
          ";",
          "\n",
          "\r",
          "\0",
          "|O",
          "<f4",
          ">i8",
          "F32",
          "U64",
          "BOOL",
          "True",
          "nan",
          "__metadata__",
          "data_offsets",
          "shape",
          "../",
          "((((((((",
          "[[[[[[[[",
          "\ufeff");

  private final Random random;
  private final List<byte[]> seeds;

  Mutations(long seed, List<byte[]> seeds) {
    this.random = new Random(seed);
    this.seeds = seeds;
  }

  /** The next damaged file: a valid one with one to four changes. */
  byte[] next() {
    byte[] content = any();
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      content = changed(content);
    }
    return content;
  }

  private byte[] any() {
    return seeds.get(random.nextInt(seeds.size())).clone();
  }

  private byte[] changed(byte[] content) {
    int from = random.nextInt(content.length + 1);
    int to = Math.min(content.length, from + (1 << random.nextInt(8)));
    return switch (random.nextInt(8)) {
      case 0 -> flipped(content, from);
      case 1 -> joined(content, from, new byte[] {(byte) random.nextInt(256)}, from + 1);
      case 2 -> joined(content, from, word(), from);
      case 3 -> joined(content, from, word(), to);
      case 4 -> joined(content, from, new byte[0], to);
      case 5 -> joined(content, to, slice(content, from, to), to);
      case 6 -> extreme(content, from);
      default -> spliced(content, from);
    };
  }

  private byte[] word() {
    return WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.UTF_8);
  }

  private byte[] flipped(byte[] content, int at) {
    if (at < content.length) {
      content[at] ^= (byte) (1 << random.nextInt(8));
    }
    return content;
  }

  /** A run of bytes all zero or all one: the largest and smallest binary numbers. */
  private byte[] extreme(byte[] content, int at) {
    byte value = (byte) (random.nextBoolean() ? 0xFF : 0);
    for (int i = at; i < Math.min(content.length, at + (1 << random.nextInt(4))); i++) {
      content[i] = value;
    }
    return content;
  }

  private byte[] spliced(byte[] content, int at) {
    byte[] other = any();
    return joined(content, at, slice(other, random.nextInt(other.length), other.length), at);
  }

  private static byte[] slice(byte[] bytes, int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  private static byte[] joined(byte[] content, int head, byte[] middle, int tail) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(content, 0, head);
    bytes.writeBytes(middle);
    int rest = Math.min(tail, content.length);
    bytes.write(content, rest, content.length - rest);
    return bytes.toByteArray();
  }
}
