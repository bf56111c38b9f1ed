package dev.lanewise.data;

import java.nio.file.Path;
import java.util.List;

/**
 * MNIST, 28 x 28 pixels, classes 0 to 9 (Y. LeCun, C. Cortes, C. Burges): handwritten digits:
 * 60,000 for training and 10,000 for testing. U8 features of shape [28, 28].
 */
public final class Mnist {
  private static final List<String> CLASSES =
      List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

  private Mnist() {}

  /**
   * Opens the data in the user's cache; the first time, fetches them.
   *
   * @return training and test data, to be closed
   * @throws DataException if they are not there and cannot be fetched
   */
  public static Splits open() {
    return open(DataCache.user(), DownloadListener.none());
  }

  /**
   * Opens the data in a cache; the first time, fetches them.
   *
   * @param cache where they lie or will lie
   * @param listener hears how the download goes
   * @return training and test data, to be closed
   * @throws DataException if they are not there and cannot be fetched
   */
  public static Splits open(DataCache cache, DownloadListener listener) {
    return open(RemoteData.MNIST.fetch(cache, listener));
  }

  /**
   * Opens the data in a folder of the user's. Nothing is fetched, and any images in the format of
   * these files will do.
   *
   * @param folder a folder with the four IDX files, plain or as .gz, or one that holds such a
   *     folder named after the data set
   * @return training and test data, to be closed
   * @throws DataException if a file is missing, or images and labels do not fit
   * @throws dev.lanewise.io.FormatException if a file is damaged
   */
  public static Splits open(Path folder) {
    return IdxFolder.open(folder, RemoteData.MNIST.name(), CLASSES);
  }
}
