package dev.lanewise.io;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Splits CSV (RFC 4180) into records and fields, one record in memory at a time. Lines end with LF
 * or CR LF; empty lines and a byte order mark at the start are passed over.
 */
final class CsvRecords {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int END = -1;
  private static final int BYTE_ORDER_MARK = 0xEFBBBF;

  private final Source in;
  private final char separator;

  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int at;
  private int limit;
  private long bufferOffset;
  private long nextLine = 1;

  private byte[] text = new byte[256];
  private int length;
  private int[] ends = new int[16];
  private long[] offsets = new long[16];
  private int count;
  private long line;

  CsvRecords(Source in, char separator) {
    this.in = in;
    this.separator = separator;
    refill();
    if (limit >= 3
        && ((buffer[0] & 0xFF) << 16 | (buffer[1] & 0xFF) << 8 | buffer[2] & 0xFF)
            == BYTE_ORDER_MARK) {
      at = 3;
    }
  }

  /** Moves to the next record; false at the end. */
  boolean next() {
    int c = read();
    while (c == '\n' || c == '\r') {
      lineEnd(c);
      c = read();
    }
    if (c == END) {
      return false;
    }
    line = nextLine;
    length = 0;
    count = 0;
    while (true) {
      long offset = offset() - (c == END ? 0 : 1);
      c = c == '"' ? quoted(offset) : plain(c);
      addField(offset);
      if (c != separator) {
        lineEnd(c);
        return true;
      }
      c = read();
    }
  }

  /** Takes an unquoted field from its first byte on; returns the byte after it. */
  private int plain(int first) {
    int c = first;
    while (c != separator && c != '\n' && c != '\r' && c != END) {
      if (c == '"') {
        throw refuse(offset() - 1, "a quote inside a field", "quotes around the whole field only");
      }
      append(c);
      c = read();
    }
    return c;
  }

  /** Takes a quoted field after its opening quote; returns the byte after the closing one. */
  private int quoted(long start) {
    while (true) {
      int c = read();
      if (c == END) {
        throw refuse(start, "a quote that is never closed", "a closing quote");
      }
      if (c == '"') {
        c = read();
        if (c != '"') {
          if (c != separator && c != '\n' && c != '\r' && c != END) {
            throw refuse(offset() - 1, "text after a closing quote", "the next field or line");
          }
          return c;
        }
      }
      nextLine += c == '\n' ? 1 : 0;
      append(c);
    }
  }

  private void lineEnd(int c) {
    if (c == '\r' && read() != '\n') {
      throw refuse(offset() - 1, "a carriage return alone", "a line feed after it");
    }
    nextLine++;
  }

  private void append(int c) {
    if (length == text.length) {
      text = Arrays.copyOf(text, grown(length));
    }
    text[length++] = (byte) c;
  }

  private void addField(long offset) {
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, grown(count));
      offsets = Arrays.copyOf(offsets, grown(count));
    }
    ends[count] = length;
    offsets[count++] = offset;
  }

  private int grown(int size) {
    if (size > Integer.MAX_VALUE / 2) {
      throw refuse(offset(), "a record of more than " + size + " bytes", "a shorter one");
    }
    return size * 2;
  }

  private int read() {
    if (at == limit) {
      refill();
      if (limit == 0) {
        return END;
      }
    }
    return buffer[at++] & 0xFF;
  }

  private void refill() {
    bufferOffset = in.offset();
    limit = in.read(buffer, BUFFER_BYTES);
    at = 0;
  }

  private long offset() {
    return bufferOffset + at;
  }

  /** The number of fields of this record. */
  int count() {
    return count;
  }

  /** The line, from 1, on which this record begins. */
  long line() {
    return line;
  }

  /** The offset in the file at which a field of this record begins. */
  long offset(int field) {
    return offsets[field];
  }

  /** A field of this record, without its quotes. */
  String field(int field) {
    int start = field == 0 ? 0 : ends[field - 1];
    return new String(text, start, ends[field] - start, StandardCharsets.UTF_8);
  }

  private FormatException refuse(long offset, String found, String expected) {
    return new FormatException(in.name(), offset, found + " in line " + nextLine, expected);
  }
}
