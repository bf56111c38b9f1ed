package dev.lanewise.data;

import dev.lanewise.io.Idx;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads the four IDX files of MNIST and its kin from a folder. */
final class IdxFolder {
  private IdxFolder() {}

  /**
   * Opens a folder that holds the files, or a folder of the data set's name that does.
   *
   * @throws DataException if a file is missing, or images and labels do not fit
   */
  static Splits open(Path folder, String name, List<String> classNames) {
    if (!Files.isDirectory(folder)) {
      throw new DataException(
          "the data folder "
              + folder
              + " does not exist; expected a folder with train-images-idx3-ubyte,"
              + " train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte,"
              + " plain or as .gz");
    }
    Path nested = folder.resolve(name);
    Path source = Files.isDirectory(nested) ? nested : folder;
    Scope scope = Scope.open(name);
    try {
      DataSet train = part(source, "train", classNames, scope);
      DataSet test = part(source, "t10k", classNames, scope);
      return Splits.of(train, test, scope::close);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  private static DataSet part(Path folder, String part, List<String> classNames, Scope scope) {
    Path imageFile = file(folder, part + "-images-idx3-ubyte");
    Path labelFile = file(folder, part + "-labels-idx1-ubyte");
    Tensor images = Idx.read(imageFile, scope);
    require(images, 3, imageFile, "unsigned bytes of shape [images, height, width]");
    Tensor labels = labels(labelFile, scope);
    if (images.dim(0) != labels.dim(0)) {
      throw new DataException(
          "%s holds %d images, but %s holds %d labels; expected equal numbers"
              .formatted(imageFile, images.dim(0), labelFile, labels.dim(0)));
    }
    int outside = Gather.labelOutside(labels, classNames.size());
    if (outside >= 0) {
      throw new DataException(
          "%s: label %d of sample %d is out of range, expected 0 to %d"
              .formatted(labelFile, labels.getInt(outside), outside, classNames.size() - 1));
    }
    return DataSet.classification(images, labels, classNames);
  }

  private static Tensor labels(Path file, Scope scope) {
    try (Scope own = Scope.open("labels")) {
      Tensor labels = Idx.read(file, own);
      require(labels, 1, file, "unsigned bytes of shape [labels]");
      byte[] bytes = labels.segment().toArray(ValueLayout.JAVA_BYTE);
      int[] values = new int[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        values[i] = Byte.toUnsignedInt(bytes[i]);
      }
      return scope.allocate(DType.I32, labels.shape()).copyFrom(values);
    }
  }

  private static void require(Tensor tensor, int rank, Path file, String expected) {
    Shape shape = tensor.shape();
    if (tensor.dtype() != DType.U8 || shape.rank() != rank || shape.size() == 0) {
      throw new DataException(
          file + " holds " + tensor.dtype() + " data of shape " + shape + "; expected " + expected);
    }
  }

  private static Path file(Path folder, String name) {
    Path file = RemoteFile.find(folder, name);
    if (file == null) {
      throw new DataException(folder + " has no file " + name + ", plain or as .gz");
    }
    return file;
  }
}
