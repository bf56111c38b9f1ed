package dev.lanewise.data;

import dev.lanewise.io.Csv;
import dev.lanewise.io.CsvTable;
import dev.lanewise.tensor.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Tables of numbers: every column a feature, one the target. */
public final class CsvData {
  private static final int MAX_CLASSES = 65_536;

  private CsvData() {}

  /**
   * Opens a file: F32 features of shape [columns - 1].
   *
   * @param file a CSV file, plain or gzip
   * @param options which column is the target, and how to split
   * @return training and test data, to be closed
   * @throws DataException if the file or the target column is missing, or a class is no class index
   * @throws dev.lanewise.io.FormatException if the file is not a table of numbers
   */
  public static Splits open(Path file, CsvOptions options) {
    if (!Files.isRegularFile(file)) {
      throw new DataException(file + " is missing or no file; expected a CSV file");
    }
    CsvTable table = Csv.read(file, options.separator());
    int target = target(table, file, options.target());
    if (table.columns() < 2) {
      throw new DataException(file + " has one column; expected features and a target");
    }
    Scope scope = Scope.open(file.toString());
    try {
      DataSet all = data(table, target, file, options, scope);
      Splits parts = Folds.split(all, options.testFraction(), options.seed());
      return Splits.of(parts.train(), parts.test(), scope::close);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  private static DataSet data(
      CsvTable table, int target, Path file, CsvOptions options, Scope scope) {
    int rows = table.rows();
    int width = table.columns() - 1;
    float[] features = new float[Math.multiplyExact(rows, width)];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < width; i++) {
        features[row * width + i] = value(table, row, i < target ? i : i + 1, file);
      }
    }
    if (!options.classification()) {
      float[] numbers = new float[rows];
      for (int row = 0; row < rows; row++) {
        numbers[row] = value(table, row, target, file);
      }
      return DataSet.regression(scope.of(features, rows, width), scope.of(numbers, rows, 1));
    }
    int[] labels = labels(table, target, file);
    int classes = 0;
    for (int label : labels) {
      classes = Math.max(classes, label + 1);
    }
    return DataSet.classification(scope.of(features, rows, width), scope.of(labels, rows), classes);
  }

  private static float value(CsvTable table, int row, int column, Path file) {
    float value = (float) table.value(row, column);
    if (Float.isInfinite(value)) {
      throw new DataException(
          "%s: the number in row %d, column %d is %s, too large for 32-bit floats"
              .formatted(file, row + 1, column + 1, table.value(row, column)));
    }
    return value;
  }

  private static int[] labels(CsvTable table, int target, Path file) {
    int[] labels = new int[table.rows()];
    for (int row = 0; row < labels.length; row++) {
      double value = table.value(row, target);
      labels[row] = (int) value;
      if (labels[row] != value || value < 0 || value >= MAX_CLASSES) {
        throw new DataException(
            "%s: the class in row %d, column %d is %s, expected an integer from 0 to %d"
                .formatted(file, row + 1, target + 1, value, MAX_CLASSES - 1));
      }
    }
    return labels;
  }

  private static int target(CsvTable table, Path file, @Nullable String name) {
    if (name == null) {
      return table.columns() - 1;
    }
    int column = table.names().indexOf(name);
    if (column < 0 && name.matches("[1-9]\\d{0,8}")) {
      column = Integer.parseInt(name) - 1;
    }
    if (column < 0 || column >= table.columns()) {
      throw new DataException(
          "%s has no column \"%s\"; expected %s"
              .formatted(
                  file,
                  name,
                  table.names().isEmpty() ? "1 to " + table.columns() : "one of " + table.names()));
    }
    return column;
  }
}
