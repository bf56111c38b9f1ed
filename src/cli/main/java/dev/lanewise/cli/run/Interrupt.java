package dev.lanewise.cli.run;

import dev.lanewise.train.TrainingListener;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a run end well when the user ends the program: training stops after the step at hand, and
 * the program waits until this is closed, that is, until everything is written. The JVM then ends
 * with the signal's own code, 130 for Ctrl-C.
 */
public final class Interrupt implements TrainingListener, AutoCloseable {
  private static final long PATIENCE_SECONDS = 30;

  private final CountDownLatch written = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stopAndWait, "lanewise-interrupt");
  private volatile boolean requested;

  private Interrupt() {}

  /** Begins to listen. */
  public static Interrupt listen() {
    Interrupt interrupt = new Interrupt();
    Runtime.getRuntime().addShutdownHook(interrupt.hook);
    return interrupt;
  }

  private void stopAndWait() {
    requested = true;
    try {
      if (!written.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("lanewise: the run did not end in time; its folder is incomplete");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the user has ended the program. */
  public boolean requested() {
    return requested;
  }

  @Override
  public boolean wantsToStop() {
    return requested;
  }

  /** Lets the program end. */
  @Override
  public void close() {
    written.countDown();
    if (!requested) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException _) {
        // the signal came just now; the hook finds that nothing is left to wait for
      }
    }
  }
}
