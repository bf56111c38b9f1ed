package dev.lanewise.cli.image;

import dev.lanewise.data.DataException;
import dev.lanewise.data.DataSet;
import dev.lanewise.data.Folds;
import dev.lanewise.data.Splits;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A folder with a folder of PNG and JPEG images for each class, as torchvision's {@code
 * ImageFolder} and Keras's {@code image_dataset_from_directory} read them: classes and images in
 * the order of their names, images also in folders below. If it holds nothing but the folders
 * {@code train} and {@code test}, those hold the classes; else a share of the images is held out,
 * stratified by class. U8 samples [height, width] or [3, height, width].
 */
public final class ImageFolder {
  private final Path root;
  private final Options options;
  private int height;
  private int width;

  private ImageFolder(Path root, Options options) {
    this.root = root;
    this.options = options;
    height = options.height;
    width = options.width;
  }

  /**
   * How to read images.
   *
   * @param height pixels to which images are resized; 0 if all have one size already
   * @param width alike
   * @param rgb whether they have three colours; else they become gray
   * @param testFraction the share of images that become test data where there is no folder of them,
   *     above 0 and below 1
   * @param seed of the split
   */
  public record Options(int height, int width, boolean rgb, double testFraction, long seed) {
    /** Checks the size. */
    public Options {
      if (height < 0 || width < 0 || (height == 0) != (width == 0)) {
        throw new IllegalArgumentException(
            "images: found height %d and width %d, expected two numbers above 0, or 0 and 0"
                .formatted(height, width));
      }
    }

    /** The number of planes of an image. */
    int planes() {
      return rgb ? 3 : 1;
    }
  }

  /** An image and its class. */
  private record Labelled(Path file, int label) {}

  /**
   * Reads all images into memory.
   *
   * @return training and test data, to be closed
   * @throws DataException if a folder or an image does not fit, or is damaged; it is named
   */
  public static Splits open(Path root, Options options) {
    Scope scope = Scope.open(root.toString());
    try {
      return new ImageFolder(root, options).splits(scope);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  private Splits splits(Scope scope) {
    if (!Files.isDirectory(root)) {
      throw new DataException(
          root + " does not exist; expected a folder with a folder of images for each class");
    }
    List<Path> folders = list(root, Files::isDirectory);
    Path train = root.resolve("train");
    Path test = root.resolve("test");
    if (folders.equals(List.of(test, train))) {
      List<String> classes = names(list(train, Files::isDirectory));
      List<String> held = names(list(test, Files::isDirectory));
      if (!classes.equals(held)) {
        throw new DataException(
            "%s has the classes %s, but %s has %s".formatted(train, classes, test, held));
      }
      return Splits.of(read(train, classes, scope), read(test, classes, scope), scope::close);
    }
    DataSet all = read(root, names(folders), scope);
    Splits parts = Folds.split(all, options.testFraction, options.seed);
    return Splits.of(parts.train(), parts.test(), scope::close);
  }

  private DataSet read(Path folder, List<String> classes, Scope scope) {
    List<Labelled> images = new ArrayList<>();
    for (int label = 0; label < classes.size(); label++) {
      Path own = folder.resolve(classes.get(label));
      List<Path> files = walk(own);
      if (files.isEmpty()) {
        throw new DataException(own + " holds no .png, .jpg or .jpeg files");
      }
      for (Path file : files) {
        images.add(new Labelled(file, label));
      }
    }
    if (images.isEmpty()) {
      throw new DataException(
          folder + " holds no folders; expected one with images for each class");
    }
    if (height == 0) {
      BufferedImage first = Images.decode(images.getFirst().file);
      height = first.getHeight();
      width = first.getWidth();
    }
    Shape sample =
        options.rgb ? Shape.of(options.planes(), height, width) : Shape.of(height, width);
    Tensor pixels = scope.allocate(DType.U8, sample.insert(0, images.size()));
    for (int i = 0; i < images.size(); i++) {
      byte[] bytes = image(images.get(i).file);
      pixels.select(0, i).reshape(bytes.length).copyFrom(bytes);
    }
    int[] labels = images.stream().mapToInt(Labelled::label).toArray();
    return DataSet.classification(pixels, scope.of(labels), classes);
  }

  private byte[] image(Path file) {
    BufferedImage image = Images.decode(file);
    boolean fits = image.getHeight() == height && image.getWidth() == width;
    if (!fits && options.height == 0) {
      throw new DataException(
          "%s has %d x %d pixels, but the images before it have %d x %d; set a height and a width to"
                  .formatted(file, image.getHeight(), image.getWidth(), height, width)
              + " resize them to");
    }
    return Images.pixels(image, options.planes(), height, width);
  }

  private static List<String> names(List<Path> folders) {
    return folders.stream().map(folder -> String.valueOf(folder.getFileName())).toList();
  }

  private static List<Path> list(Path folder, Predicate<Path> wanted) {
    try (Stream<Path> found = Files.list(folder)) {
      return sorted(folder, found.filter(wanted));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder + ": " + e.getMessage(), e);
    }
  }

  private static List<Path> walk(Path folder) {
    try (Stream<Path> found = Files.walk(folder)) {
      return sorted(folder, found.filter(Files::isRegularFile).filter(Images::isImage));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder + ": " + e.getMessage(), e);
    }
  }

  /** By name, letter by letter, with / between folders: the same order on every file system. */
  private static List<Path> sorted(Path folder, Stream<Path> files) {
    return files
        .filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
        .sorted(Comparator.comparing(file -> folder.relativize(file).toString().replace('\\', '/')))
        .toList();
  }
}
