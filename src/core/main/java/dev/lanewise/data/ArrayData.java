package dev.lanewise.data;

import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Tensor;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Arrays as data sets: {@code x} with a sample in each row and {@code y} with its target. They are
 * files of a folder ({@code x.npy} or {@code x.idx}, and so on) or lie in a {@code .npz} or a
 * safetensors file. Arrays {@code x_test} and {@code y_test}, if there are any, are the test data;
 * else a share of the samples is held out, stratified by class.
 *
 * <p>Bytes and 32-bit floats stay as they are; features of other types become floats. Whole numbers
 * [n] as targets are classes, from 0 on; other targets are numbers.
 */
public final class ArrayData {
  private final Path place;
  private final boolean mapped;
  private final ArrayFiles files;

  private ArrayData(Path place, boolean mapped, ArrayFiles files) {
    this.place = place;
    this.mapped = mapped;
    this.files = files;
  }

  /**
   * How to read arrays.
   *
   * @param testFraction the share of samples that become test data where none are given, above 0
   *     and below 1
   * @param seed of the split
   * @param mapped whether the features stay in their file, which may be larger than memory: batches
   *     then read their rows from the disk; not for {@code .npz}
   */
  public record Options(double testFraction, long seed, boolean mapped) {}

  /**
   * Opens arrays.
   *
   * @param place a folder, or a .npz or safetensors file
   * @param options how to read them
   * @return training and test data, to be closed
   * @throws DataException if an array is missing or does not fit
   * @throws dev.lanewise.io.FormatException if a file is damaged, or cannot be mapped
   */
  public static Splits open(Path place, Options options) {
    ArrayFiles files = new ArrayFiles(place);
    try {
      return new ArrayData(place, options.mapped, files).splits(options);
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private Splits splits(Options options) {
    Tensor x = features("x", require("x", find("x")));
    Tensor y = require("y", files.read("y"));
    Tensor held = find("x_test");
    if (held == null) {
      Splits parts =
          Folds.split(dataSet(x, y, classes("y", y)), options.testFraction, options.seed);
      return Splits.of(parts.train(), parts.test(), files::close);
    }
    Tensor xTest = features("x_test", held);
    Tensor yTest = require("y_test", files.read("y_test"));
    if (isClasses(y) != isClasses(yTest)) {
      throw new DataException(
          "%s: y holds %s %s and y_test %s %s; expected both to be classes, or both to be numbers"
              .formatted(place, y.dtype(), y.shape(), yTest.dtype(), yTest.shape()));
    }
    int classes = Math.max(classes("y", y), classes("y_test", yTest));
    return Splits.of(dataSet(x, y, classes), dataSet(xTest, yTest, classes), files::close);
  }

  private DataSet dataSet(Tensor x, Tensor y, int classes) {
    if (isClasses(y)) {
      return DataSet.classification(x, files.scope().copy(y, DType.I32), classes);
    }
    Tensor rows = y.rank() == 1 ? y.reshape(y.size(), 1) : y;
    return DataSet.regression(x, files.scope().copy(rows, DType.F32));
  }

  private static boolean isClasses(Tensor y) {
    return y.rank() == 1 && !y.dtype().isFloating();
  }

  /** One more than the largest label; 0 if the targets are numbers. */
  private int classes(String name, Tensor y) {
    long classes = 0;
    for (long label : isClasses(y) ? y.toLongs() : new long[0]) {
      if (label < 0 || label >= Integer.MAX_VALUE) {
        throw new DataException(
            "%s: %s holds the label %d; expected classes from 0 on".formatted(place, name, label));
      }
      classes = Math.max(classes, label + 1);
    }
    return (int) classes;
  }

  private @Nullable Tensor find(String features) {
    return mapped ? files.map(features) : files.read(features);
  }

  private Tensor features(String name, Tensor x) {
    if (x.dtype() == DType.U8 || x.dtype() == DType.F32) {
      return x;
    }
    if (mapped) {
      throw new DataException(
          "%s: %s holds %s, which cannot be used in place; expected U8 or F32, or mapped: false"
              .formatted(place, name, x.dtype()));
    }
    return files.scope().copy(x, DType.F32);
  }

  private Tensor require(String name, @Nullable Tensor found) {
    if (found == null) {
      throw new DataException(
          "%s has no array %s; expected x and y, or also x_test and y_test, as .npy or .idx files of"
                  .formatted(place, name)
              + " a folder, in a .npz or in a safetensors file");
    }
    return found;
  }
}
