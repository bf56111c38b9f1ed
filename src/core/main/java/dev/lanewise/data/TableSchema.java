package dev.lanewise.data;

import dev.lanewise.io.CsvText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How rows of a table become numbers: what was learned from the rows to train on, to be kept with
 * the model. A column of numbers gives one feature, one of categories a feature for each category,
 * 1 where it is that one and 0 elsewhere. A missing number counts as the mean; a missing category,
 * and one that was not there in training, is none of them: all 0.
 *
 * @param columns the columns of features, in order
 * @param target name of the target column
 * @param targetMean the mean of a target that is a number, which is subtracted; else 0
 * @param targetDeviation its standard deviation, by which it is divided; else 1
 */
public record TableSchema(
    List<Column> columns, String target, double targetMean, double targetDeviation) {
  /** Beyond this, a column of names or numbers of rows was taken for categories. */
  private static final long MOST_FEATURES = 1L << 28;

  private static final Set<String> MISSING = Set.of("", "?", "NA", "N/A", "NaN", "nan", "null");

  /** Copies the columns. */
  public TableSchema {
    columns = List.copyOf(columns);
  }

  /**
   * A column of features.
   *
   * @param name its name
   * @param mean of its numbers in training; 0 for categories
   * @param categories that it has, in order; empty for numbers
   */
  public record Column(String name, double mean, List<String> categories) {
    /** Copies the categories. */
    public Column {
      categories = List.copyOf(categories);
    }

    /** Features that it gives. */
    int width() {
      return categories.isEmpty() ? 1 : categories.size();
    }
  }

  /**
   * Learns the columns of a table: one is of numbers if everything in it is a number or missing.
   *
   * @param training the rows to learn from
   */
  static List<Column> learn(CsvText table, String target, int[] training) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < table.names().size(); i++) {
      String name = table.names().get(i);
      if (!name.equals(target)) {
        columns.add(column(table, i, name, training));
      }
    }
    if (columns.isEmpty()) {
      throw new DataException(table.file() + " has one column; expected features and a target");
    }
    return columns;
  }

  private static Column column(CsvText table, int index, String name, int[] training) {
    if (isNumbers(table, index)) {
      double sum = 0;
      int count = 0;
      for (int row : training) {
        String text = table.rows().get(row).get(index);
        if (!isMissing(text)) {
          sum += number(table, row, index);
          count++;
        }
      }
      return new Column(name, count == 0 ? 0 : sum / count, List.of());
    }
    TreeSet<String> found = new TreeSet<>();
    for (int row : training) {
      String text = table.rows().get(row).get(index);
      if (!isMissing(text)) {
        found.add(text);
      }
    }
    return new Column(name, 0, List.copyOf(found));
  }

  /** Whether a field says that its value is not known. */
  static boolean isMissing(String text) {
    return MISSING.contains(text);
  }

  /** Whether all that is there in a column is a number. */
  static boolean isNumbers(CsvText table, int column) {
    return table.rows().stream()
        .map(row -> row.get(column))
        .allMatch(text -> isMissing(text) || isNumber(text));
  }

  private static boolean isNumber(String text) {
    return text.matches("[+-]?(\\d{1,400}\\.?\\d{0,400}|\\.\\d{1,400})([eE][+-]?\\d{1,9})?");
  }

  /** The number in a field. */
  static double number(CsvText table, int row, int column) {
    String text = table.rows().get(row).get(column);
    double value = isNumber(text) ? Double.parseDouble(text) : Double.NaN;
    if (!Float.isFinite((float) value)) {
      throw new DataException(
          "%s: row %d, column \"%s\": found \"%s\", expected a finite number"
              .formatted(table.file(), row + 1, table.names().get(column), text));
    }
    return value;
  }

  private void requireFew(CsvText table, long features) {
    if (features > MOST_FEATURES) {
      Column widest = Collections.max(columns, Comparator.comparingInt(Column::width));
      throw new DataException(
          "%s: %d rows of %d features are too many: the column \"%s\" has %d categories; leave it out"
              .formatted(
                  table.file(), table.rows().size(), width(), widest.name(), widest.width()));
    }
  }

  /** {@return the number of features, the width of a sample} */
  public int width() {
    return columns.stream().mapToInt(Column::width).sum();
  }

  /**
   * Turns all rows of a table into features, not normalized. Columns are found by name; others are
   * passed over.
   *
   * @param table the rows
   * @return the features [rows, width], row by row
   * @throws DataException if a column is missing, a number is none, or there are too many features
   *     for memory, as of a column that has another text in each row
   */
  public float[] features(CsvText table) {
    int width = width();
    requireFew(table, (long) table.rows().size() * width);
    float[] features = new float[table.rows().size() * width];
    int at = 0;
    for (Column column : columns) {
      int index = table.column(column.name());
      if (index < 0) {
        throw new DataException(
            "%s has no column \"%s\", which the model needs; found %s"
                .formatted(table.file(), column.name(), table.names()));
      }
      Map<String, Integer> places = new HashMap<>();
      for (String category : column.categories()) {
        places.put(category, places.size());
      }
      for (int row = 0; row < table.rows().size(); row++) {
        String text = table.rows().get(row).get(index);
        if (!column.categories().isEmpty()) {
          Integer place = places.get(text);
          if (place != null) {
            features[row * width + at + place] = 1;
          }
        } else {
          double value = isMissing(text) ? column.mean() : number(table, row, index);
          features[row * width + at] = (float) value;
        }
      }
      at += column.width();
    }
    return features;
  }
}
