package dev.lanewise.io;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads tables of numbers from CSV files (RFC 4180), plain or gzip. The first record is a header if
 * one of its fields is not a number. Every field below it must be a finite decimal number.
 */
public final class Csv {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d{1,400}\\.?\\d{0,400}|\\.\\d{1,400})([eE][+-]?\\d{1,9})?");

  private static final int MAX_VALUES = Integer.MAX_VALUE - 8;

  private final CsvRecords records;
  private final String file;
  private List<String> names = List.of();
  private double[] values = new double[1024];
  private int width;
  private int rows;

  private Csv(Source in, char separator) {
    this.records = new CsvRecords(in, separator);
    this.file = in.name();
  }

  /**
   * Reads a file.
   *
   * @param file the file, plain or gzip
   * @param separator what stands between fields, usually a comma
   * @return the table
   * @throws FormatException if the file is not a table of numbers
   * @throws UncheckedIOException if it cannot be read
   */
  public static CsvTable read(Path file, char separator) {
    try (Source in = Source.open(file)) {
      return new Csv(in, separator).table();
    }
  }

  /**
   * Reads a file that is in memory.
   *
   * @param content the bytes of the file, plain or gzip
   * @param name what to call the file in messages
   * @param separator what stands between fields, usually a comma
   * @return the table
   * @throws FormatException if the content is not a table of numbers
   */
  public static CsvTable parse(byte[] content, String name, char separator) {
    try (Source in = Source.of(content, name)) {
      return new Csv(in, separator).table();
    }
  }

  private CsvTable table() {
    if (!records.next()) {
      throw new FormatException(file, 0, "no records", "a table of numbers");
    }
    width = records.count();
    if (isHeader()) {
      header();
    } else {
      addRow();
    }
    while (records.next()) {
      addRow();
    }
    if (rows == 0) {
      throw new FormatException(file, 0, "a header alone", "rows of numbers after it");
    }
    return new CsvTable(names, rows, width, Arrays.copyOf(values, rows * width));
  }

  private boolean isHeader() {
    for (int i = 0; i < width; i++) {
      if (!isNumber(records.field(i).strip())) {
        return true;
      }
    }
    return false;
  }

  private void header() {
    List<String> header = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < width; i++) {
      String name = records.field(i).strip();
      if (!seen.add(name)) {
        throw new FormatException(
            file,
            records.offset(i),
            "a second column " + FormatException.quote(name),
            "each column name once");
      }
      header.add(name);
    }
    names = List.copyOf(header);
  }

  private void addRow() {
    if (records.count() != width) {
      throw new FormatException(
          file,
          records.offset(0),
          records.count() + " fields in line " + records.line(),
          width + " as in the first record");
    }
    int at = rows * width;
    if (at > MAX_VALUES - width) {
      throw new FormatException(
          file, records.offset(0), "more than " + at + " values", "a smaller table");
    }
    if (at + width > values.length) {
      int doubled = (int) Math.min(MAX_VALUES, values.length * 2L);
      values = Arrays.copyOf(values, Math.max(doubled, at + width));
    }
    for (int i = 0; i < width; i++) {
      values[at + i] = number(i);
    }
    rows++;
  }

  private double number(int field) {
    String text = records.field(field).strip();
    double value = isNumber(text) ? Double.parseDouble(text) : Double.NaN;
    if (!Double.isFinite(value)) {
      String column = names.isEmpty() ? "" : " (" + FormatException.quote(names.get(field)) + ")";
      throw new FormatException(
          file,
          records.offset(field),
          (text.isEmpty() ? "nothing" : FormatException.quote(text))
              + " in line "
              + records.line()
              + ", column "
              + (field + 1)
              + column,
          "a finite number");
    }
    return value;
  }

  /** Whether the text is a decimal number; {@code parseDouble} would also take "1f" or "0x1p3". */
  private static boolean isNumber(String text) {
    return isShortInteger(text) || NUMBER.matcher(text).matches();
  }

  /** Most fields of most tables, without the cost of a regular expression. */
  private static boolean isShortInteger(String text) {
    if (text.isEmpty() || text.length() > 9) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }
}
