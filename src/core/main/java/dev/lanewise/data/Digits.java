package dev.lanewise.data;

import dev.lanewise.io.Csv;
import dev.lanewise.io.CsvTable;
import dev.lanewise.tensor.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.stream.IntStream;

/**
 * 1,797 handwritten digits of 8 x 8 pixels from 0 to 16, which come with the library: they need no
 * network. They are the test part of <i>Optical Recognition of Handwritten Digits</i> by E.
 * Alpaydin and C. Kaynak, UCI Machine Learning Repository, licence CC BY 4.0.
 *
 * <p>Of the samples of each class, in the order of the file, every fifth is a test sample (355 in
 * all); the others (1,442) are for training.
 */
public final class Digits {
  private static final String RESOURCE = "digits.csv.gz";
  private static final int SIDE = 8;
  private static final int CLASSES = 10;
  private static final double FULL_SCALE = 16;
  private static final int TEST_EVERY = 5;

  private Digits() {}

  /**
   * Opens the digits: U8 features of shape [8, 8], classes 0 to 9.
   *
   * @return training and test data, to be closed
   */
  public static Splits open() {
    CsvTable table = Csv.parse(resource(), RESOURCE, ',');
    int size = table.rows();
    byte[] pixels = new byte[size * SIDE * SIDE];
    int[] labels = new int[size];
    for (int row = 0; row < size; row++) {
      for (int i = 0; i < SIDE * SIDE; i++) {
        pixels[row * SIDE * SIDE + i] = (byte) table.value(row, i);
      }
      labels[row] = (int) table.value(row, SIDE * SIDE);
    }
    Scope scope = Scope.open("digits");
    DataSet all =
        DataSet.classification(scope.of(pixels, size, SIDE, SIDE), scope.of(labels, size), CLASSES)
            .withFullScale(FULL_SCALE);
    return Splits.of(all.subset(part(labels, false)), all.subset(part(labels, true)), scope::close);
  }

  /** The indices of the samples for training or for testing. */
  private static int[] part(int[] labels, boolean test) {
    int[] seen = new int[CLASSES];
    IntStream.Builder indices = IntStream.builder();
    for (int i = 0; i < labels.length; i++) {
      boolean isTest = ++seen[labels[i]] % TEST_EVERY == 0;
      if (isTest == test) {
        indices.add(i);
      }
    }
    return indices.build().toArray();
  }

  private static byte[] resource() {
    try (InputStream in = Digits.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new DataException("the library was built without its resource " + RESOURCE);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + RESOURCE, e);
    }
  }
}
