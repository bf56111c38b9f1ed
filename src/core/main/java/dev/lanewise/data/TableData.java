package dev.lanewise.data;

import dev.lanewise.io.CsvText;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Tables with typed columns: numbers, categories and missing values, see {@link TableSchema}. F32
 * features of shape [width].
 */
public final class TableData {
  private TableData() {}

  /**
   * How to read a table.
   *
   * @param target name of the target column; empty for the last one
   * @param classes whether the target is a class; else it is a number, which is made to have mean 0
   *     and standard deviation 1
   * @param testFraction the share of rows that become test data, above 0 and below 1
   * @param seed of the split
   */
  public record Options(String target, boolean classes, double testFraction, long seed) {}

  /**
   * Opens the diamonds in a cache; the first time, fetches them.
   *
   * @param cache where they lie or will lie
   * @param listener hears how the download goes
   * @param options how to read them
   * @return training and test data, to be closed
   * @throws DataException if they are not there and cannot be fetched
   */
  public static Splits diamonds(DataCache cache, DownloadListener listener, Options options) {
    return open(RemoteData.DIAMONDS.fetch(cache, listener).resolve("diamonds.csv"), options);
  }

  /**
   * Opens a CSV file with a header.
   *
   * @param file the file, plain or gzip
   * @param options how to read it
   * @return training and test data with their schema, to be closed
   * @throws DataException if the file or the target is missing
   * @throws dev.lanewise.io.FormatException if it is no CSV file
   */
  public static Splits open(Path file, Options options) {
    if (!Files.isRegularFile(file)) {
      throw new DataException(file + " is missing or no file; expected a CSV file");
    }
    return of(CsvText.read(file, ','), options);
  }

  /** Reads a table. */
  static Splits of(CsvText table, Options options) {
    String target = options.target().isEmpty() ? table.names().getLast() : options.target();
    int column = table.column(target);
    if (column < 0) {
      throw new DataException(
          "%s has no column \"%s\"; expected one of %s"
              .formatted(table.file(), target, table.names()));
    }
    int rows = table.rows().size();
    for (int row = 0; row < rows; row++) {
      if (TableSchema.isMissing(table.rows().get(row).get(column))) {
        throw new DataException(
            "%s: row %d has no target \"%s\"".formatted(table.file(), row + 1, target));
      }
    }
    Scope scope = Scope.open(table.file());
    try {
      boolean classes = options.classes();
      List<String> names = classes ? names(table, column) : List.of();
      int[] labels = classes ? labels(table, column, names) : null;
      Folds.Parts parts = Folds.parts(labels, rows, options.testFraction(), options.seed());
      TableSchema schema = schema(table, target, column, classes, parts.train());
      Tensor features = scope.of(schema.features(table), rows, schema.width());
      DataSet all =
          labels == null
              ? DataSet.regression(features, scope.of(numbers(table, column, schema), rows, 1))
              : DataSet.classification(features, scope.of(labels), names);
      return Splits.of(all.subset(parts.train()), all.subset(parts.test()), scope::close)
          .withSchema(schema);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  private static List<String> names(CsvText table, int column) {
    return List.copyOf(new TreeSet<>(table.rows().stream().map(row -> row.get(column)).toList()));
  }

  private static int[] labels(CsvText table, int column, List<String> names) {
    Map<String, Integer> places = new HashMap<>();
    names.forEach(name -> places.put(name, places.size()));
    return table.rows().stream()
        .mapToInt(row -> Objects.requireNonNull(places.get(row.get(column))))
        .toArray();
  }

  private static float[] numbers(CsvText table, int column, TableSchema schema) {
    float[] values = new float[table.rows().size()];
    for (int row = 0; row < values.length; row++) {
      double distance = TableSchema.number(table, row, column) - schema.targetMean();
      values[row] = (float) (distance / schema.targetDeviation());
    }
    return values;
  }

  private static TableSchema schema(
      CsvText table, String target, int column, boolean classes, int[] training) {
    List<TableSchema.Column> columns = TableSchema.learn(table, target, training);
    if (classes) {
      return new TableSchema(columns, target, 0, 1);
    }
    double mean = 0;
    for (int row : training) {
      mean += TableSchema.number(table, row, column) / training.length;
    }
    double squares = 0;
    for (int row : training) {
      double distance = TableSchema.number(table, row, column) - mean;
      squares += distance * distance;
    }
    double deviation = Math.sqrt(squares / training.length);
    return new TableSchema(columns, target, mean, deviation > 0 ? deviation : 1);
  }
}
