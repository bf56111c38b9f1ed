package dev.lanewise.data;

import org.jspecify.annotations.Nullable;

/**
 * How to read a CSV file as a data set.
 *
 * @param classification whether the target column holds class indices; else it holds numbers
 * @param target the name of the target column, or its number from 1; null for the last column
 * @param testFraction the share of rows that become test data, between 0 and 1
 * @param seed the seed of the split
 * @param separator what stands between fields
 */
public record CsvOptions(
    boolean classification,
    @Nullable String target,
    double testFraction,
    long seed,
    char separator) {
  private static final double DEFAULT_TEST_FRACTION = 0.2;

  /**
   * Returns options for a file whose last column holds class indices.
   *
   * @return a fifth of the rows for testing, commas between fields
   */
  public static CsvOptions classes() {
    return new CsvOptions(true, null, DEFAULT_TEST_FRACTION, 0, ',');
  }

  /**
   * Returns options for a file whose last column holds numbers to predict.
   *
   * @return a fifth of the rows for testing, commas between fields
   */
  public static CsvOptions numbers() {
    return new CsvOptions(false, null, DEFAULT_TEST_FRACTION, 0, ',');
  }

  /**
   * Chooses the target column.
   *
   * @param column its name, or its number from 1
   * @return options with that column
   */
  public CsvOptions withTarget(String column) {
    return new CsvOptions(classification, column, testFraction, seed, separator);
  }

  /**
   * Chooses the split.
   *
   * @param fraction the share of rows that become test data, between 0 and 1
   * @param splitSeed the seed of the split
   * @return options with that split
   */
  public CsvOptions withSplit(double fraction, long splitSeed) {
    return new CsvOptions(classification, target, fraction, splitSeed, separator);
  }

  /**
   * Chooses the separator.
   *
   * @param character what stands between fields
   * @return options with that separator
   */
  public CsvOptions withSeparator(char character) {
    return new CsvOptions(classification, target, testFraction, seed, character);
  }
}
