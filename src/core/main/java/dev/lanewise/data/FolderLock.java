package dev.lanewise.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Lets one thread of one process at a time fill a folder. */
final class FolderLock {
  /** Locks on files hold between processes only. */
  private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

  private FolderLock() {}

  /** What is done under the lock. */
  @FunctionalInterface
  interface Action {
    void run() throws IOException;
  }

  /** Waits for the lock and runs the action under it. */
  static void during(Path folder, DownloadListener listener, Action action) throws IOException {
    IN_THIS_PROCESS.lock();
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      // The lock goes with the channel, also if the process is killed.
      @Nullable FileLock lock = channel.tryLock();
      if (lock == null) {
        listener.started("waiting for another process that fills " + folder);
        channel.lock();
      }
      action.run();
    } finally {
      IN_THIS_PROCESS.unlock();
    }
  }
}
