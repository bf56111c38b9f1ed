package dev.lanewise.io;

import dev.lanewise.tensor.Shape;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the Python literal in an npy header: a dictionary of exactly {@code descr}, {@code
 * fortran_order} and {@code shape} in any order. Nothing of it is evaluated.
 */
final class NpyHeaderParser {
  private static final int MAX_RANK = 64;

  private final byte[] text;
  private final String file;
  private final long base;
  private int at;

  /** Reads {@code text}, whose first byte is byte {@code base} of {@code file}. */
  NpyHeaderParser(byte[] text, String file, long base) {
    this.text = text;
    this.file = file;
    this.base = base;
  }

  NpyHeader parse() {
    @Nullable String descr = null;
    @Nullable Boolean fortran = null;
    @Nullable Shape shape = null;
    long descrAt = base;
    expect('{');
    while (peek() != '}') {
      long keyAt = base + at;
      String key = string("a key");
      expect(':');
      boolean repeated = false;
      switch (key) {
        case "descr" -> {
          repeated = descr != null;
          peek();
          descrAt = base + at;
          descr = string("an element type such as '<f4', not a structured one");
        }
        case "fortran_order" -> {
          repeated = fortran != null;
          fortran = bool();
        }
        case "shape" -> {
          repeated = shape != null;
          shape = shape();
        }
        default -> throw keys(keyAt, "the key " + FormatException.quote(key));
      }
      if (repeated) {
        throw keys(keyAt, "a second " + key);
      }
      if (peek() != '}') {
        expect(',');
      }
    }
    expect('}');
    end();
    if (descr == null || fortran == null || shape == null) {
      throw keys(base, "a header without all of its keys");
    }
    NpyType type = NpyHeader.type(descr, file, descrAt);
    return new NpyHeader(type, descr.charAt(0) == '>', fortran, shape);
  }

  private FormatException keys(long where, String found) {
    return new FormatException(
        file, where, found, "the keys descr, fortran_order and shape, once each");
  }

  /** Consumes a string in either quotes. NumPy needs no escapes here, so there are none. */
  private String string(String expected) {
    int quote = peek();
    if (quote != '\'' && quote != '"') {
      throw unexpected(expected);
    }
    int start = ++at;
    while (at < text.length && text[at] != quote && text[at] >= ' ' && text[at] != '\\') {
      at++;
    }
    if (at == text.length || text[at] != quote) {
      throw unexpected("the rest of a string of plain ASCII");
    }
    return new String(text, start, at++ - start, StandardCharsets.US_ASCII);
  }

  private boolean bool() {
    peek();
    for (boolean value : new boolean[] {true, false}) {
      byte[] word = (value ? "True" : "False").getBytes(StandardCharsets.US_ASCII);
      int end = at + word.length;
      if (end <= text.length && Arrays.equals(text, at, end, word, 0, word.length)) {
        at = end;
        return value;
      }
    }
    throw unexpected("True or False");
  }

  /** Consumes a tuple of integers; Python 2 wrote some of them with an L at the end. */
  private Shape shape() {
    peek();
    long start = base + at;
    expect('(');
    long[] dims = new long[MAX_RANK];
    int rank = 0;
    boolean comma = true;
    while (peek() != ')') {
      if (!comma) {
        throw unexpected("',' or ')'");
      }
      if (rank == MAX_RANK) {
        throw new FormatException(
            file, start, "a shape of more than " + MAX_RANK + " axes", "fewer");
      }
      dims[rank++] = natural();
      comma = peek() == ',';
      at += comma ? 1 : 0;
    }
    at++;
    if (rank == 1 && !comma) {
      throw new FormatException(file, start, "a number in parentheses", "a tuple such as (3,)");
    }
    return NpyHeader.shape(Arrays.copyOf(dims, rank), file, start);
  }

  private long natural() {
    int start = at;
    long value = 0;
    while (at < text.length && text[at] >= '0' && text[at] <= '9') {
      int digit = text[at] - '0';
      if (value > (Long.MAX_VALUE - digit) / 10) {
        throw new FormatException(
            file, base + start, "a number above 2^63 - 1", "an integer that fits in 63 bits");
      }
      value = value * 10 + digit;
      at++;
    }
    if (at == start) {
      throw unexpected("an integer of at least 0");
    }
    at += at < text.length && text[at] == 'L' ? 1 : 0;
    return value;
  }

  /** Demands that nothing but the padding is left: spaces and one end of line. */
  private void end() {
    while (at < text.length - 1 && text[at] == ' ') {
      at++;
    }
    if (at != text.length - 1 || text[at] != '\n') {
      throw unexpected("spaces and a newline at the end of the header");
    }
  }

  /** The next byte that is no space, unconsumed; -1 at the end. */
  private int peek() {
    while (at < text.length && text[at] == ' ') {
      at++;
    }
    return at < text.length ? text[at] & 0xFF : -1;
  }

  private void expect(char c) {
    if (peek() != c) {
      throw unexpected("'" + c + "'");
    }
    at++;
  }

  private FormatException unexpected(String expected) {
    String found;
    if (at >= text.length) {
      found = "the end of the header";
    } else if (text[at] > ' ' && text[at] < 127) {
      found = "'" + (char) text[at] + "'";
    } else {
      found = String.format("byte 0x%02x", text[at] & 0xFF);
    }
    return new FormatException(file, base + at, found, expected);
  }
}
