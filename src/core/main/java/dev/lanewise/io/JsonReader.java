package dev.lanewise.io;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Pulls values out of JSON text (RFC 8259) in the order its caller expects them, so that nothing is
 * built that was not asked for. Strict: UTF-8 only, no lone surrogates, no trailing commas, nesting
 * at most {@value #MAX_DEPTH} deep.
 *
 * <p>An object is read as
 *
 * <pre>{@code
 * for (boolean more = json.enter('{', '}'); more; more = json.next('}')) {
 *   String key = json.key();
 *   ... // exactly one value
 * }
 * }</pre>
 */
final class JsonReader {
  private static final int MAX_DEPTH = 64;

  private final byte[] text;
  private final String file;
  private final long base;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private int at;

  /** Reads {@code text}, whose first byte is byte {@code base} of {@code file}. */
  JsonReader(byte[] text, String file, long base) {
    this.text = text;
    this.file = file;
    this.base = base;
  }

  /** The offset in the file of the next byte to read. */
  long offset() {
    return base + at;
  }

  /** Consumes an opening bracket; false if the closing one follows, which is consumed too. */
  boolean enter(char open, char close) {
    expect(open);
    if (peek() != close) {
      return true;
    }
    at++;
    return false;
  }

  /** Consumes the comma before a further element, or the closing bracket and returns false. */
  boolean next(char close) {
    int c = peek();
    if (c != ',' && c != close) {
      throw unexpected("',' or '" + close + "'");
    }
    at++;
    return c == ',';
  }

  /** Consumes an object's key and the colon after it. */
  String key() {
    String key = string();
    expect(':');
    return key;
  }

  /** Consumes a string. */
  String string() {
    expect('"');
    int start = at;
    while (at < text.length && text[at] != '"' && text[at] != '\\' && (text[at] & 0xE0) != 0) {
      at++;
    }
    String head = decode(start, at);
    if (at < text.length && text[at] == '"') {
      at++;
      return head;
    }
    return stringWithEscapes(new StringBuilder(head));
  }

  private String stringWithEscapes(StringBuilder string) {
    while (true) {
      int start = at;
      while (at < text.length && text[at] != '"' && text[at] != '\\' && (text[at] & 0xE0) != 0) {
        at++;
      }
      string.append(decode(start, at));
      if (at == text.length || text[at] != '"' && text[at] != '\\') {
        throw unexpectedHere("the rest of a string, with control characters escaped");
      }
      if (text[at++] == '"') {
        return string.toString();
      }
      string.appendCodePoint(escape());
    }
  }

  /** Consumes what follows a backslash. */
  private int escape() {
    int c = at < text.length ? text[at] : -1;
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicodeEscape();
      default -> {
        at--;
        throw unexpectedHere("an escape sequence of JSON");
      }
    };
  }

  private int unicodeEscape() {
    int start = at - 2;
    char first = hex4();
    if (!Character.isSurrogate(first)) {
      return first;
    }
    if (Character.isHighSurrogate(first)
        && at + 1 < text.length
        && text[at] == '\\'
        && text[at + 1] == 'u') {
      at += 2;
      char second = hex4();
      if (Character.isLowSurrogate(second)) {
        return Character.toCodePoint(first, second);
      }
    }
    throw new FormatException(file, base + start, "half a surrogate pair", "a Unicode character");
  }

  private char hex4() {
    int value = 0;
    for (int end = at + 4; at < end; at++) {
      int digit = at < text.length ? Character.digit(text[at], 16) : -1;
      if (digit < 0) {
        throw unexpectedHere("four hexadecimal digits");
      }
      value = value << 4 | digit;
    }
    return (char) value;
  }

  private String decode(int from, int to) {
    int ascii = from;
    while (ascii < to && text[ascii] >= 0) {
      ascii++;
    }
    if (ascii == to) {
      return new String(text, from, to - from, StandardCharsets.US_ASCII);
    }
    try {
      return decoder.decode(ByteBuffer.wrap(text, from, to - from)).toString();
    } catch (CharacterCodingException e) {
      FormatException malformed =
          new FormatException(file, base + from, "a string that is not UTF-8", "UTF-8 text");
      malformed.initCause(e);
      throw malformed;
    }
  }

  /** Consumes an integer from 0 to 2^63 - 1 without sign, leading zeros, fraction or exponent. */
  long natural() {
    int c = peek();
    if (c < '0' || c > '9') {
      throw unexpected("an integer of at least 0");
    }
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
    boolean leadingZero = c == '0' && at - start > 1;
    boolean goesOn = at < text.length && "+-.eE".indexOf(text[at]) >= 0;
    if (leadingZero || goesOn) {
      throw new FormatException(
          file,
          base + start,
          leadingZero ? "a number with a leading zero" : "a number with a fraction or exponent",
          "a plain integer of at least 0");
    }
    return value;
  }

  /** Consumes any one value. */
  void skip() {
    skip(0);
  }

  private void skip(int depth) {
    if (depth > MAX_DEPTH) {
      throw new FormatException(
          file,
          offset(),
          "JSON nested more than " + MAX_DEPTH + " deep",
          "at most " + MAX_DEPTH + " levels");
    }
    switch (peek()) {
      case '{' -> {
        for (boolean more = enter('{', '}'); more; more = next('}')) {
          key();
          skip(depth + 1);
        }
      }
      case '[' -> {
        for (boolean more = enter('[', ']'); more; more = next(']')) {
          skip(depth + 1);
        }
      }
      case '"' -> string();
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> skipNumber();
    }
  }

  private void literal(String word) {
    for (int i = 0; i < word.length(); i++, at++) {
      if (at == text.length || text[at] != word.charAt(i)) {
        throw unexpectedHere("the word " + word);
      }
    }
  }

  private void skipNumber() {
    at += at < text.length && text[at] == '-' ? 1 : 0;
    boolean zero = at < text.length && text[at] == '0';
    if (skipDigits() > 1 && zero) {
      throw unexpectedHere("a number without leading zeros");
    }
    if (at < text.length && text[at] == '.') {
      at++;
      skipDigits();
    }
    if (at < text.length && (text[at] == 'e' || text[at] == 'E')) {
      at++;
      at += at < text.length && (text[at] == '+' || text[at] == '-') ? 1 : 0;
      skipDigits();
    }
  }

  private int skipDigits() {
    int start = at;
    while (at < text.length && text[at] >= '0' && text[at] <= '9') {
      at++;
    }
    if (at == start) {
      throw unexpectedHere("a JSON value");
    }
    return at - start;
  }

  /** Demands that nothing but white space is left. */
  void end() {
    if (peek() != -1) {
      throw unexpected("the end of the JSON text");
    }
  }

  /** The next byte that is no white space, unconsumed; -1 at the end. */
  private int peek() {
    while (at < text.length
        && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')) {
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
    peek();
    return unexpectedHere(expected);
  }

  private FormatException unexpectedHere(String expected) {
    String found;
    if (at >= text.length) {
      found = "the end of the JSON text";
    } else if (text[at] > ' ' && text[at] < 127) {
      found = "'" + (char) text[at] + "'";
    } else {
      found = String.format("byte 0x%02x", text[at] & 0xFF);
    }
    return new FormatException(file, base + Math.min(at, text.length), found, expected);
  }
}
