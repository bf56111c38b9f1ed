package dev.lanewise.data;

import dev.lanewise.io.Sha256;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.DTypeException;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.ShapeException;
import dev.lanewise.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Samples and their targets, in memory. A data set is an immutable view: it owns no memory, and
 * subsets, splits and other sample shapes copy nothing. The owner of the tensors must outlive it.
 */
public final class DataSet {
  private static final double U8_FULL_SCALE = 255;

  private final Tensor features;
  private final Tensor targets;
  private final Shape sampleShape;
  private final List<String> classNames;
  private final double fullScale;

  /** Whether each epoch reads all samples, and their targets, some elements later. */
  private final boolean sliding;

  /** Which rows of the tensors the samples are, in order; null if all. */
  private final int @Nullable [] rows;

  private DataSet(
      Tensor features,
      Tensor targets,
      Shape sampleShape,
      List<String> classNames,
      double fullScale,
      boolean sliding,
      int @Nullable [] rows) {
    this.sliding = sliding;
    this.features = features;
    this.targets = targets;
    this.sampleShape = sampleShape;
    this.classNames = classNames;
    this.fullScale = fullScale;
    this.rows = rows;
  }

  /**
   * Returns a data set whose samples belong to classes.
   *
   * @param features U8 or F32 [n, ...], contiguous
   * @param labels I32 [n], contiguous, each from 0 to the number of classes - 1
   * @param classNames the names of the classes
   * @return the data set
   * @throws DataException if there are no samples, their numbers differ, or a label is out of range
   * @throws DTypeException if an element type is another
   * @throws ShapeException if a rank is another or a tensor is not contiguous
   */
  public static DataSet classification(Tensor features, Tensor labels, List<String> classNames) {
    DataChecks.rows(features, labels, DType.I32);
    DataChecks.labels(labels, classNames.size());
    return of(features, labels, List.copyOf(classNames));
  }

  /**
   * Returns a data set whose samples belong to classes that are called by their numbers.
   *
   * @param features U8 or F32 [n, ...], contiguous
   * @param labels I32 [n], contiguous, each from 0 to {@code classes} - 1
   * @param classes the number of classes
   * @return the data set
   * @throws DataException if there are no samples, their numbers differ, or a label is out of range
   */
  public static DataSet classification(Tensor features, Tensor labels, int classes) {
    List<String> names = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    return classification(features, labels, names);
  }

  /**
   * Returns a data set whose targets are numbers.
   *
   * @param features U8 or F32 [n, ...], contiguous
   * @param targets F32 [n, k], contiguous
   * @return the data set
   * @throws DataException if there are no samples or their numbers differ
   * @throws DTypeException if an element type is another
   * @throws ShapeException if a rank is another or a tensor is not contiguous
   */
  public static DataSet regression(Tensor features, Tensor targets) {
    DataChecks.rows(features, targets, DType.F32);
    if (targets.rank() != 2) {
      throw new ShapeException("regression targets need shape [n, k], not " + targets.shape());
    }
    return of(features, targets, List.of());
  }

  /**
   * Returns a data set of sequences of tokens, in which each place has a class.
   *
   * @param tokens I32 [n, t], contiguous, each from 0 to the number of classes - 1
   * @param targets I32 [n, t], contiguous, alike
   * @param classNames what the tokens stand for
   * @return the data set
   * @throws DataException if there are no samples, or a token is out of range
   * @throws DTypeException if an element type is another
   * @throws ShapeException if the shapes differ or a tensor is not contiguous
   */
  public static DataSet sequences(Tensor tokens, Tensor targets, List<String> classNames) {
    DataChecks.sequences(tokens, targets, classNames.size());
    return of(tokens, targets, List.copyOf(classNames));
  }

  /**
   * Returns these sequences, whose samples lie one after the other, as ones that begin in each
   * epoch at another token: all are read later by as many tokens, below their length, as seed and
   * epoch say. The last sample only fills up the one before.
   */
  DataSet sliding() {
    int[] all = IntStream.range(0, size() - 1).map(this::row).toArray();
    return new DataSet(features, targets, sampleShape, classNames, fullScale, true, all);
  }

  private static DataSet of(Tensor features, Tensor targets, List<String> classNames) {
    double fullScale = features.dtype() == DType.U8 ? U8_FULL_SCALE : 1;
    return new DataSet(
        features, targets, features.shape().without(0), classNames, fullScale, false, null);
  }

  /** {@return the number of samples, at least 1} */
  public int size() {
    return rows == null ? (int) features.dim(0) : rows.length;
  }

  /** {@return the shape of one sample, such as [28, 28]} */
  public Shape sampleShape() {
    return sampleShape;
  }

  /** {@return the shape of one target: a scalar for classes, [t] for sequences, [k] for numbers} */
  public Shape targetShape() {
    return targets.shape().without(0);
  }

  /** {@return whether the targets are classes; else they are numbers} */
  public boolean isClassification() {
    return targets.dtype() == DType.I32;
  }

  /** {@return the number of classes, 0 if the targets are numbers} */
  public int classes() {
    return classNames.size();
  }

  /** {@return the names of the classes by index, empty if the targets are numbers} */
  public List<String> classNames() {
    return classNames;
  }

  /**
   * {@return the value that {@link Normalizer#unit} maps to 1: 255 for bytes unless set otherwise,
   * 1 for floats}
   */
  public double fullScale() {
    return fullScale;
  }

  /**
   * Returns a sample.
   *
   * @param index its index, from 0
   * @return a view, U8 or F32, not normalized
   * @throws IndexOutOfBoundsException if there is no such sample
   */
  public Tensor sample(int index) {
    return features.select(0, row(index)).reshape(sampleShape);
  }

  /**
   * Returns a target.
   *
   * @param index the sample's index, from 0
   * @return a view: an I32 scalar, or F32 [k]
   * @throws IndexOutOfBoundsException if there is no such sample
   */
  public Tensor target(int index) {
    return targets.select(0, row(index));
  }

  /**
   * Returns the same samples in another shape, for instance flat or with a channel axis.
   *
   * @param dims the shape of one sample, of the same size as now
   * @return a view
   * @throws ShapeException if the size differs
   */
  public DataSet withSampleShape(long... dims) {
    Shape shape = Shape.of(dims);
    if (shape.size() != sampleShape.size()) {
      throw new ShapeException("samples of shape " + sampleShape + " do not fit shape " + shape);
    }
    return new DataSet(features, targets, shape, classNames, fullScale, sliding, rows);
  }

  /**
   * Returns the same samples with another value that counts as full.
   *
   * @param value the largest value that a feature can take, above 0
   * @return a view
   * @throws IllegalArgumentException if it is not above 0
   */
  public DataSet withFullScale(double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("the full scale must be positive, not " + value);
    }
    return new DataSet(features, targets, sampleShape, classNames, value, sliding, rows);
  }

  /**
   * Returns some of the samples.
   *
   * @param indices their indices in the new order; repeats are allowed
   * @return a view
   * @throws DataException if there are none
   * @throws IndexOutOfBoundsException if there is no such sample
   */
  public DataSet subset(int... indices) {
    if (indices.length == 0) {
      throw new DataException("a subset needs at least one sample");
    }
    int[] chosen = Arrays.stream(indices).map(this::row).toArray();
    return new DataSet(features, targets, sampleShape, classNames, fullScale, sliding, chosen);
  }

  /** These samples and then those of another view of the same tensors. */
  DataSet and(DataSet other) {
    if (features != other.features || targets != other.targets) {
      throw new DataException("samples that lie in different tensors cannot be joined");
    }
    int[] both =
        IntStream.concat(
                IntStream.range(0, size()).map(this::row),
                IntStream.range(0, other.size()).map(other::row))
            .toArray();
    return new DataSet(features, targets, sampleShape, classNames, fullScale, sliding, both);
  }

  /**
   * Returns the first samples.
   *
   * @param count how many; all if there are not so many
   * @return a view
   * @throws DataException if {@code count} is not positive
   */
  public DataSet take(int count) {
    return subset(IntStream.range(0, Math.min(count, size())).toArray());
  }

  /**
   * Returns the samples in batches, in order and not normalized; see {@link Batches} for more.
   *
   * @param batchSize samples in a batch, at least 1
   * @return the batches
   * @throws DataException if {@code batchSize} is not positive
   */
  public Batches batches(int batchSize) {
    return new Batches(this, batchSize);
  }

  /** Whether the samples are tokens, which are never normalized. */
  boolean isTokens() {
    return features.dtype() == DType.I32;
  }

  /** Whether each epoch reads all samples, and their targets, some elements later. */
  boolean isSliding() {
    return sliding;
  }

  /** All rows of samples, of which {@link #row} picks. */
  Tensor features() {
    return features;
  }

  /** All rows of targets, of which {@link #row} picks. */
  Tensor targets() {
    return targets;
  }

  /** The row of the tensors at which a sample lies. */
  int row(int index) {
    Objects.checkIndex(index, size());
    return rows == null ? index : rows[index];
  }

  /** Adds the shape of the samples, and their values and targets in order. */
  void addTo(Sha256 sum) {
    sum.add(size() + " x " + sampleShape + features.dtype());
    addRows(sum, features);
    addRows(sum, targets);
  }

  private void addRows(Sha256 sum, Tensor tensor) {
    MemorySegment segment = tensor.segment();
    byte[] buffer = new byte[(int) (segment.byteSize() / tensor.dim(0))];
    for (int i = 0; i < size(); i++) {
      long at = (long) row(i) * buffer.length;
      MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, at, buffer, 0, buffer.length);
      sum.add(buffer, buffer.length);
    }
  }

  @Override
  public String toString() {
    return size() + " samples of shape " + sampleShape + ", " + targetText();
  }

  private String targetText() {
    return isClassification() ? classes() + " classes" : targetShape() + " targets";
  }
}
