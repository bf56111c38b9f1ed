package dev.lanewise.data;

import dev.lanewise.io.CsvText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * 569 tumours with 30 measurements of cell nuclei each, malignant or benign, which come with the
 * library: <i>Breast Cancer Wisconsin (Diagnostic)</i> by W. Wolberg, O. Mangasarian, N. Street, W.
 * Street, UCI Machine Learning Repository, licence CC BY 4.0.
 */
public final class BreastCancer {
  private static final String RESOURCE = "breast-cancer.csv.gz";

  private BreastCancer() {}

  /**
   * Opens the data: F32 features of shape [30], classes benign and malignant.
   *
   * @param testFraction the share of rows that become test data, of both classes alike, above 0 and
   *     below 1
   * @param seed of the split
   * @return training and test data with their schema, to be closed
   * @throws DataException if it is out of range
   */
  public static Splits open(double testFraction, long seed) {
    try (InputStream in = BreastCancer.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new DataException("the library was built without its resource " + RESOURCE);
      }
      CsvText table = CsvText.parse(in.readAllBytes(), RESOURCE, ',');
      return TableData.of(table, new TableData.Options("diagnosis", true, testFraction, seed));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + RESOURCE, e);
    }
  }
}
