package dev.lanewise.data;

import dev.lanewise.io.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * A training and a test data set, together with the memory they lie in. Close it when both are no
 * longer needed; end every {@link Epoch} over them first.
 */
public final class Splits implements AutoCloseable {
  private final DataSet train;
  private final DataSet test;
  private final @Nullable Runnable whenClosed;
  private final @Nullable TableSchema schema;

  /** Two views of memory that someone else owns. */
  Splits(DataSet train, DataSet test) {
    this(train, test, null, null);
  }

  /** Two views of memory that goes with them. */
  private Splits(
      DataSet train, DataSet test, @Nullable Runnable whenClosed, @Nullable TableSchema schema) {
    this.train = train;
    this.test = test;
    this.whenClosed = whenClosed;
    this.schema = schema;
  }

  /**
   * Joins two data sets, which must be of one kind.
   *
   * @param train what to train on
   * @param test what to measure on
   * @return the two; closing the splits does nothing
   * @throws DataException if sample shapes, target shapes or classes differ
   */
  public static Splits of(DataSet train, DataSet test) {
    return checked(train, test, null);
  }

  /**
   * Joins two data sets, which must be of one kind, and the memory they lie in.
   *
   * @param train what to train on
   * @param test what to measure on
   * @param whenClosed gives their memory back; called when the splits are closed, at least once
   * @return the two
   * @throws DataException if sample shapes, target shapes or classes differ
   */
  public static Splits of(DataSet train, DataSet test, Runnable whenClosed) {
    return checked(train, test, whenClosed);
  }

  private static Splits checked(DataSet train, DataSet test, @Nullable Runnable whenClosed) {
    if (!train.sampleShape().equals(test.sampleShape())
        || !train.targetShape().equals(test.targetShape())
        || !train.classNames().equals(test.classNames())) {
      throw new DataException("training and test data differ: " + train + "; " + test);
    }
    return new Splits(train, test, whenClosed, null);
  }

  /** {@return the samples to train on, which live until this is closed} */
  public DataSet train() {
    return train;
  }

  /** {@return the samples to measure on, which live until this is closed} */
  public DataSet test() {
    return test;
  }

  /** The same, which will be closed in place of this, with the schema of their table. */
  Splits withSchema(TableSchema value) {
    return new Splits(train, test, whenClosed, value);
  }

  /** {@return how rows of a table became these data; null if they were no table} */
  public @Nullable TableSchema schema() {
    return schema;
  }

  /**
   * Returns all samples together.
   *
   * @return a view
   * @throws DataException if the two were not split from one data set
   */
  public DataSet all() {
    return train.and(test);
  }

  /**
   * Returns a checksum of both data sets: sample shape, then every sample's values and target.
   *
   * @return a SHA-256 in hexadecimal
   */
  public String sha256() {
    Sha256 sum = new Sha256();
    train.addTo(sum);
    test.addTo(sum);
    return sum.hex();
  }

  /** Gives the memory back. Closing twice is harmless. */
  @Override
  public void close() {
    if (whenClosed != null) {
      whenClosed.run();
    }
  }
}
