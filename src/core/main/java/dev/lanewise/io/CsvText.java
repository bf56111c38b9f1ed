package dev.lanewise.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * A table of texts, read from a CSV file (RFC 4180) whose first record is a header. Immutable.
 *
 * @param file what it was read from, for messages
 * @param names of the columns, each different
 * @param rows the records after the header, each as long as it, white space around fields removed
 */
public record CsvText(String file, List<String> names, List<List<String>> rows) {

  /** Copies the lists. */
  public CsvText {
    names = List.copyOf(names);
    rows = List.copyOf(rows);
  }

  /**
   * Reads a file.
   *
   * @param file the file, plain or gzip
   * @param separator what stands between fields, usually a comma
   * @return the table
   * @throws FormatException if it has no rows, a row is of another length than the header, or a
   *     name is there twice
   */
  public static CsvText read(Path file, char separator) {
    try (Source in = Source.open(file)) {
      return read(in, separator);
    }
  }

  /**
   * Reads a file that is in memory.
   *
   * @param content the bytes of the file, plain or gzip
   * @param name what to call the file in messages
   * @param separator what stands between fields, usually a comma
   * @return the table
   * @throws FormatException as {@link #read} does
   */
  public static CsvText parse(byte[] content, String name, char separator) {
    try (Source in = Source.of(content, name)) {
      return read(in, separator);
    }
  }

  private static CsvText read(Source in, char separator) {
    CsvRecords records = new CsvRecords(in, separator);
    List<List<String>> all = new ArrayList<>();
    while (records.next()) {
      List<String> fields = new ArrayList<>(records.count());
      for (int i = 0; i < records.count(); i++) {
        fields.add(records.field(i).strip());
      }
      if (!all.isEmpty() && fields.size() != all.getFirst().size()) {
        throw new FormatException(
            in.name(),
            records.offset(0),
            fields.size() + " fields in line " + records.line(),
            all.getFirst().size() + " as in the header");
      }
      all.add(List.copyOf(fields));
    }
    if (all.size() < 2) {
      throw new FormatException(in.name(), 0, "no rows", "a header and rows after it");
    }
    List<String> names = all.removeFirst();
    HashSet<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new FormatException(
            in.name(), 0, "a second column " + FormatException.quote(name), "each name once");
      }
    }
    return new CsvText(in.name(), names, all);
  }

  /**
   * Returns the place of a column.
   *
   * @param name its name
   * @return its index, or -1 if there is none
   */
  public int column(String name) {
    return names.indexOf(name);
  }
}
